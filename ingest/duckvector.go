//go:build cgo && !noduckdb

package ingest

import (
	"math"
	"time"
	"unsafe"

	duckdb "github.com/duckdb/duckdb-go-bindings"

	"github.com/predictive-clv/clv/history"
)

// A duckString is a string as the engine's vectors hold it: short ones in
// place, long ones behind a pointer.
type duckString struct {
	n      uint32
	prefix [4]byte
	data   unsafe.Pointer
}

// value returns the string without copying it.
func (s *duckString) value() string {
	if s.n <= 12 {
		return unsafe.String((*byte)(unsafe.Pointer(&s.prefix)), s.n)
	}
	return unsafe.String((*byte)(s.data), s.n)
}

// vector returns the fields of a column and which of them are there; valid is
// nil if all are.
func vector[T any](c duckdb.DataChunk, column int) (fields []T, valid []uint64) {
	n := int(duckdb.DataChunkGetSize(c))
	v := duckdb.DataChunkGetVector(c, duckdb.IdxT(column))
	if mask := duckdb.VectorGetValidity(v); mask != nil {
		valid = unsafe.Slice((*uint64)(mask), (n+63)/64)
	}
	return unsafe.Slice((*T)(duckdb.VectorGetData(v)), n), valid
}

// isNull reports whether field i is absent.
func isNull(valid []uint64, i int) bool { return valid != nil && valid[i/64]>>(i%64)&1 == 0 }

func appendTexts(texts []string, d duckdb.DataChunk, place int) []string {
	fields, valid := vector[duckString](d, place)
	for i := range fields {
		if isNull(valid, i) {
			texts = append(texts, "")
		} else {
			texts = append(texts, fields[i].value())
		}
	}
	return texts
}

// dayOf is a day counted from 1970. A day outside the years 1 to 9999 is
// negative, since zero says that there is none.
func dayOf(days int64) history.Date {
	if days += unixEpoch; days < 1 || days > lastDay {
		return -1
	}
	return history.Date(days)
}

func appendDays(days []history.Date, d duckdb.DataChunk, place int) []history.Date {
	fields, valid := vector[int32](d, place)
	for i, v := range fields {
		if isNull(valid, i) {
			days = append(days, 0)
		} else {
			days = append(days, dayOf(int64(v)))
		}
	}
	return days
}

func appendMoments(days []history.Date, d duckdb.DataChunk, place int, zone *time.Location) []history.Date {
	if zone == nil {
		zone = time.UTC
	}
	fields, valid := vector[int64](d, place)
	for i, v := range fields {
		if isNull(valid, i) {
			days = append(days, 0)
			continue
		}
		t := time.UnixMicro(v).In(zone)
		_, offset := t.Zone()
		days = append(days, dayOf(floorDiv(t.Unix()+int64(offset), 24*60*60)))
	}
	return days
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func appendNumbers(numbers []float64, d duckdb.DataChunk, place int) []float64 {
	fields, valid := vector[float64](d, place)
	for i, v := range fields {
		if isNull(valid, i) {
			v = math.NaN()
		}
		numbers = append(numbers, v)
	}
	return numbers
}
