package special

import "math"

// asymptotic is the argument from which the asymptotic series below are exact
// to the last bit; smaller arguments are raised to it by the recurrence.
const asymptotic = 10

// stirling holds the coefficients of c(z) = Σ stirling[k]·z^(−1−2k), the
// correction in lnΓ(z) = (z−½)·ln z − z + ½·ln 2π + c(z).
var stirling = [...]float64{1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156, -3617.0 / 122400}

// LogGammaDiff returns lnΓ(z+h) − lnΓ(z) for z > 0 and z+h > 0, to a few units
// in the last place of its own terms. The difference of two log-gammas loses
// one unit in the last place of lnΓ(z) instead: 1e-10 at z = 1e5.
//
// The smaller argument is raised to 10 with lnΓ(z+1) = lnΓ(z) + ln z, and the
// two Stirling expansions are subtracted term by term; with ρ = h/z
//
//	h·ln z + (h−½)·ln(1+ρ) + z·[ln(1+ρ) − ρ] + c(z+h) − c(z).
func LogGammaDiff(z, h float64) float64 {
	if h > 0 && h <= asymptotic && h == math.Trunc(h) {
		var sum float64
		for i := 0.0; i < h; i++ {
			sum += math.Log(z + i)
		}
		return sum
	}
	zh := z + h
	var sum float64
	for min(z, zh) < asymptotic {
		sum -= logRatio(h/z, zh, z)
		z, zh = z+1, zh+1
	}
	rho := h / z
	l := logRatio(rho, zh, z)
	dc := stirlingDiff(z, zh, h)
	if math.Abs(rho) < 0.5 {
		return sum + (h*math.Log(z) + h*l - l/2 + z*Log1pmx(rho) + dc)
	}
	return sum + ((z-0.5)*l + h*(math.Log(zh)-1) + dc)
}

// logRatio returns ln(zh/z) = ln(1+ρ).
func logRatio(rho, zh, z float64) float64 {
	if math.Abs(rho) < 0.5 {
		return math.Log1p(rho)
	}
	return math.Log(zh / z)
}

// stirlingDiff returns c(z+h) − c(z) for arguments of at least 10, with a
// small relative error however small h is.
func stirlingDiff(z, zh, h float64) float64 {
	u, v := 1/z, 1/zh
	d := -h / z / zh
	return powerDiff(stirling[:], u, v, u, d, d*(u+v))
}

// stirlingSecond returns c(z+x) − c(z) − c(z+a+x) + c(z+a) for z of at least 10:
// the second difference of the first term in closed form, and of the others,
// which are a thousandth of it, as a difference over the shorter step.
func stirlingSecond(z, a, x float64) float64 {
	if a > x {
		a, x = x, a
	}
	// 1/z − 1/(z+a) − 1/(z+x) + 1/(z+a+x), one fraction after the other lest the
	// product overflow.
	first := a / z * (x / (z + a)) * ((2*z + a + x) / (z + x) / (z + a + x))
	over := func(z float64) float64 {
		u, v := 1/z, 1/(z+a)
		d := -a / z / (z + a)
		return powerDiff(stirling[1:], u, v, u*u*u, d*(u*u+u*v+v*v), d*(u+v))
	}
	return -stirling[0]*first - (over(z+x) - over(z))
}

// powerDiff returns Σ coef[k]·(v^(n+2k) − u^(n+2k)), given un = uⁿ,
// dn = vⁿ − uⁿ and d2 = v² − u². It never subtracts powers: every step adds
// numbers of one sign.
func powerDiff(coef []float64, u, v, un, dn, d2 float64) float64 {
	var sum float64
	for _, c := range coef {
		sum += c * dn
		dn = v*v*dn + un*d2
		un *= u * u
	}
	return sum
}

// stirlingTail returns c(z), for z of at least 1.
func stirlingTail(z float64) float64 {
	var sum float64
	for ; z < asymptotic; z++ {
		sum += (z+0.5)*math.Log1p(1/z) - 1
	}
	u := 1 / z
	q := u * u
	var tail float64
	for k := len(stirling) - 1; k >= 0; k-- {
		tail = tail*q + stirling[k]
	}
	return sum + tail*u
}
