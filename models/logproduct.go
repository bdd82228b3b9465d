package models

import "math"

// A logProduct adds up n·ln v over many n and v > 0. The values with each small
// whole n are multiplied, which costs no accuracy, and their product's
// logarithm is taken when it becomes very large or small.
type logProduct struct {
	done     float64
	products [16]float64 // by n
}

func newLogProduct() (l logProduct) {
	for n := range l.products {
		l.products[n] = 1
	}
	return l
}

func (l *logProduct) add(n, v float64) {
	k := int(n)
	if uint(k) >= uint(len(l.products)) || float64(k) != n || !(v > 1e-30 && v < 1e30) {
		l.done += n * math.Log(v)
		return
	}
	p := l.products[k] * v
	if !(p > 1e-100 && p < 1e100) {
		l.done += n * math.Log(p)
		p = 1
	}
	l.products[k] = p
}

func (l *logProduct) sum() float64 {
	sum := l.done
	for n, p := range l.products {
		if p != 1 {
			sum += float64(n) * math.Log(p)
		}
	}
	return sum
}
