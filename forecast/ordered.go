package forecast

import (
	"cmp"
	"slices"
)

// An ordered is a column with the order of its values, made once for all that
// is read from it.
type ordered struct {
	v    []float64
	up   []int32   // places of the values in ascending order, ties in the order of the table
	down []int32   // in descending order, ties still in the order of the table
	rank []float64 // of each value from 1 on, ties sharing their mean rank
}

func order(v []float64) *ordered {
	type placed struct {
		v  float64
		at int32
	}
	all := make([]placed, len(v))
	for i, x := range v {
		all[i] = placed{x, int32(i)}
	}
	slices.SortFunc(all, func(a, b placed) int {
		switch {
		case a.v < b.v:
			return -1
		case a.v > b.v:
			return 1
		}
		return cmp.Compare(a.at, b.at)
	})
	o := &ordered{v: v, up: make([]int32, len(v)), down: make([]int32, len(v)), rank: make([]float64, len(v))}
	for i, p := range all {
		o.up[i] = p.at
	}
	for lo := 0; lo < len(all); {
		hi := lo + 1
		for hi < len(all) && all[hi].v == all[lo].v {
			hi++
		}
		copy(o.down[len(v)-hi:], o.up[lo:hi])
		for _, i := range o.up[lo:hi] {
			o.rank[i] = float64(lo+hi+1) / 2
		}
		lo = hi
	}
	return o
}
