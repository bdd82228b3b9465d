// Package modeltest is the conformance suite of the model families: what must
// hold for every purchase model, whoever wrote it. A family's test is
//
//	func TestMine(t *testing.T)         { modeltest.Run(t, Mine{…}, nil) }
//	func TestMineRecovery(t *testing.T) { modeltest.Recovery(t, Mine{…}, nil) }
//
// with a member of the family whose parameters data can tell: 0.2 purchases a
// week, not 1e-6. [Nested] compares a richer model with a simpler one.
// [SpendRun] and [SpendRecovery] are the same for models of spend.
//
// A model needs what [Model] lists. Everything else is optional and found by its
// name: LogLikOf, ScoreOf, Score, Hessian, ProbAlive, LogOddsAlive,
// ProbAliveAt, ProbOrder, ProbNoOrder, NextPurchaseQuantile, Expected,
// CondExpected, CondExpectedBetween, Prob, LogProb, CondProb, LogCondProb,
// ProbBetween, DERT, DET, ResidualLifetime, Posterior, DrawPosterior,
// DrawFuture, Simulate, PriorRate, PriorDropout and Starts, with the signatures
// that they have on [models.BGNBD]. What a model does not offer is skipped,
// and the test says so; a method of that name with another signature is an
// error.
//
// The suite tests a model against itself: identities between its quantities,
// and its own simulator. That its formulas are those of the paper takes values
// from elsewhere.
//
// Only tests import the package. It stands above package fit, which the
// recovery uses, and so may be used by the tests of fit and of models in
// packages of their own (fit_test, models_test) and not within them.
package modeltest
