package forecast

import "math"

// quantile returns the quantile q of n draws, which it reorders: the draw of
// rank q·(n+1), interpolated between neighbours. A further draw lies below it
// with probability q exactly, where 1/(n+1) ≤ q ≤ n/(n+1).
func quantile(draws []float64, q float64) float64 {
	n := len(draws)
	rank := min(max(q*float64(n+1), 1), float64(n))
	k := int(rank)
	lower := selectRank(draws, k-1)
	if k == n {
		return lower
	}
	upper := math.Inf(1)
	for _, v := range draws[k:] {
		upper = min(upper, v)
	}
	return lower + (rank-float64(k))*(upper-lower)
}

// selectRank reorders the draws so that the one of rank k, from 0 on, stands
// at k with none larger before it and none smaller after it, and returns it.
//
// Source: Hoare (1961), Algorithm 65: FIND.
func selectRank(v []float64, k int) float64 {
	lo, hi := 0, len(v)-1
	for lo < hi {
		pivot := median(v[lo], v[(lo+hi)/2], v[hi])
		i, j := lo, hi
		for i <= j {
			for v[i] < pivot {
				i++
			}
			for v[j] > pivot {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return v[k]
		}
	}
	return v[k]
}

func median(a, b, c float64) float64 { return max(min(a, b), min(max(a, b), c)) }
