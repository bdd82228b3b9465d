// Package fit estimates models by maximum likelihood and says how far the
// estimates can be trusted.
//
// The engine knows no model: [MLE] takes any value that can list its
// parameters, be rebuilt from others and give a log-likelihood. It uses the
// score, the Hessian, starting values, links and limits where the model offers
// them. It minimises the mean negative log-likelihood over unconstrained
// parameters (the logarithms of positive ones) and returns a [Result].
//
// Every fit ends in a verdict, which rests on the gradient of the mean, the
// eigenvalues of the information, the limits of the family and the profile of
// the likelihood along its flattest direction, never on the optimiser's word:
//
//	converged          an optimum that determines every parameter
//	a limit's verdict  the data cannot tell the family from a simpler model,
//	                   which is named with its log-likelihood
//	ridge              some parameters are free to move together by a factor
//	                   of 20; the warning says what is determined
//	a model's verdict  "too few repeat buyers", "spend without a mean"
//	not converged      no optimum; the error says what to try
//
// Uncertainty comes in several kinds: Wald intervals on the scale of the links
// with every fit, [Result.Profile] for profile-likelihood intervals,
// [Result.Delta] for functions of the parameters, [Result.Robust] for errors
// that hold under a wrong model, [Result.Bootstrap] and [ParametricBootstrap].
// [LikelihoodRatio] tests nested models, also on their boundary, and [Compare]
// ranks any. [Prior] adds what was known before the data.
//
// The package is no general optimiser and does no sampling from posteriors.
package fit
