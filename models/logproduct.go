package models

import "math"

// A logProduct adds up n·ln v over many n and v > 0. Where n is 1, 2 or 3 it
// multiplies the values, which costs no accuracy, and takes the logarithm of
// the product when it becomes very large or small.
type logProduct struct{ done, product float64 }

func newLogProduct() logProduct { return logProduct{product: 1} }

func (l *logProduct) add(n, v float64) {
	if !(v > 1e-30 && v < 1e30) || n > 3 {
		l.done += n * math.Log(v)
		return
	}
	switch n {
	case 1:
		l.product *= v
	case 2:
		l.product *= v * v
	case 3:
		l.product *= v * v * v
	default:
		l.done += n * math.Log(v)
	}
	if !(l.product > 1e-100 && l.product < 1e100) {
		l.done, l.product = l.sum(), 1
	}
}

func (l *logProduct) sum() float64 { return l.done + math.Log(l.product) }
