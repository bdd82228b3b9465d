// Package fit estimates models by maximum likelihood and says how far the
// estimates can be trusted.
//
// The engine knows no model: [MLE] takes any value that can list its
// parameters, be rebuilt from others and give a log-likelihood. It uses the
// score, the Hessian, starting values and limits where the model offers them.
// It minimises the mean negative log-likelihood over unconstrained parameters
// (the logarithms of positive ones), judges convergence by gradient and
// information and never by the optimiser's word, and returns a [Result] with a
// verdict, standard errors and warnings.
//
// The package is no general optimiser and does no sampling from posteriors.
package fit
