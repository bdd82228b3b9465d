package special

import "math"

// A logPiece is a piece of [1, 2): the reciprocal of its middle, and the
// logarithm of that.
type logPiece struct{ inv, log float64 }

// quickBits is the number of bits of the tables.
const quickBits = 8

var (
	logPieces [1 << quickBits]logPiece // by the first bits of the significand
	exp2s     [1 << quickBits]float64  // 2^(i/256)
)

func init() {
	for i := range logPieces {
		inv := 1 / (1 + (float64(i)+0.5)/(1<<quickBits))
		logPieces[i] = logPiece{inv, -math.Log(inv)}
		exp2s[i] = math.Exp2(float64(i) / (1 << quickBits))
	}
}

// QuickLog returns ln x for a normal positive x, short enough to be compiled
// into its caller. Its absolute error is below 2⁻⁵²·(1 + 2·|ln x|): near
// x = 1 it is not as good as math.Log.
//
// Source: Tang (1990), Table-driven implementation of the logarithm function,
// ACM Transactions on Mathematical Software 16, section 2.
func QuickLog(x float64) float64 {
	b := math.Float64bits(x)
	piece := &logPieces[b>>(52-quickBits)&(1<<quickBits-1)]
	r := math.Float64frombits(b&(1<<52-1)|1023<<52)*piece.inv - 1
	return float64(int(b>>52)-1023)*math.Ln2 + piece.log + (r - r*r*(0.5-r*(1.0/3)+r*r*(0.25-r*(1.0/5))))
}

// QuickExp returns eˣ for |x| < 708, short enough to be compiled into its
// caller. Its relative error is below 2⁻⁵²·(2 + |x|).
//
// Source: Tang (1989), Table-driven implementation of the exponential function,
// ACM Transactions on Mathematical Software 15, section 2.
func QuickExp(x float64) float64 {
	const toInteger = 3 << 51 // a number near this one ends with its integer
	k := x*((1<<quickBits)/math.Ln2) + toInteger
	n := math.Float64bits(k)
	s := x - (k-toInteger)*(math.Ln2/(1<<quickBits))
	scale := math.Float64frombits(math.Float64bits(exp2s[n&(1<<quickBits-1)]) + n>>quickBits<<52)
	return scale + scale*(s+s*s*(0.5+s*(1.0/6)+s*s*(1.0/24)))
}
