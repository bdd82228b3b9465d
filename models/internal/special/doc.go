// Package special computes the special functions of the purchase models where
// the textbook forms lose their digits: differences of log-gamma functions at
// neighbouring arguments, ratios of beta functions, incomplete beta functions
// in logs, and expectations over a beta distribution, to which every ₂F₁ of
// the models reduces.
//
// The functions take arguments from 1e-3 to 1e5 and far beyond without
// overflow; each test states the accuracy against values computed with 50
// digits. The package is not a general library: a function that is not needed
// by a model is not here.
package special
