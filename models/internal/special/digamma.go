package special

// Coefficients of the asymptotic series in z^(−2−2k) and z^(−3−2k), from the
// Bernoulli numbers: ψ(z) = ln z − 1/(2z) + Σ digamma[k]·z^(−2−2k) and
// ψ′(z) = 1/z + 1/(2z²) + Σ trigamma[k]·z^(−3−2k).
var (
	digamma  = [...]float64{-1.0 / 12, 1.0 / 120, -1.0 / 252, 1.0 / 240, -1.0 / 132, 691.0 / 32760, -1.0 / 12, 3617.0 / 8160}
	trigamma = [...]float64{1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510, 43867.0 / 798}
)

// DigammaDiff returns ψ(z+h) − ψ(z) for z > 0 and z+h > 0, with a relative
// error of a few units in the last place, also where z is much larger than h.
func DigammaDiff(z, h float64) float64 {
	zh := z + h
	var sum float64
	for min(z, zh) < asymptotic {
		sum += h / z / zh
		z, zh = z+1, zh+1
	}
	u, v := 1/z, 1/zh
	d := -h / z / zh
	d2 := d * (u + v)
	return sum + (logRatio(h/z, zh, z) - d/2 + powerDiff(digamma[:], u, v, u*u, d2, d2))
}

// TrigammaDiff returns ψ′(z+h) − ψ′(z) for z > 0 and z+h > 0, with a relative
// error of a few units in the last place, also where z is much larger than h.
func TrigammaDiff(z, h float64) float64 {
	zh := z + h
	var sum float64
	for min(z, zh) < asymptotic {
		sum -= h / z / zh * (1/z + 1/zh)
		z, zh = z+1, zh+1
	}
	u, v := 1/z, 1/zh
	d := -h / z / zh
	d2 := d * (u + v)
	d3 := d * (u*u + u*v + v*v)
	return sum + (d + d2/2 + powerDiff(trigamma[:], u, v, u*u*u, d3, d2))
}
