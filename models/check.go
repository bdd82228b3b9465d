package models

import (
	"math"

	"github.com/predictive-clv/clv/history"
)

// checkHistory panics if no customer can have the history.
func checkHistory(c history.Customer) {
	if err := c.Check(); err != nil {
		panic("models: impossible history: " + err.Error())
	}
}

// checkTime panics unless t is a length of time.
func checkTime(t float64) {
	if !(t >= 0) {
		panic("models: negative time")
	}
}

// checkWindow panics unless 0 ≤ t1 ≤ t2.
func checkWindow(t1, t2 float64) {
	if !(t1 >= 0 && t2 >= t1) {
		panic("models: not a window of time")
	}
}

// checkSpan panics unless t is a finite length of time.
func checkSpan(t float64) {
	if !(t >= 0) || math.IsInf(t, 1) {
		panic("models: negative or infinite time")
	}
}

// checkCount panics if n is negative.
func checkCount(n int) {
	if n < 0 {
		panic("models: negative count")
	}
}

// checkRate panics unless delta is a discount rate.
func checkRate(delta float64) {
	if !(delta >= 0) {
		panic("models: negative discount rate")
	}
}

// checkProb panics unless p is a probability.
func checkProb(p float64) {
	if !(p >= 0 && p <= 1) {
		panic("models: probability outside [0, 1]")
	}
}

// checkLength panics unless dst has n elements.
func checkLength(dst []float64, n int) {
	if len(dst) != n {
		panic("models: wrong length of a gradient or Hessian")
	}
}
