package main

import (
	"bufio"
	"bytes"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"
)

// A loadResult holds the time of every request, in seconds.
type loadResult struct {
	times  []float64
	errors int
}

// sendAll sends the requests over and over on every connection.
func sendAll(address string, connections int, length time.Duration, requests [][]byte) (total loadResult) {
	results := make([]loadResult, connections)
	var wg sync.WaitGroup
	for i := range results {
		wg.Go(func() { results[i].run(address, time.Now().Add(length), requests, i) })
	}
	wg.Wait()
	for _, r := range results {
		total.times, total.errors = append(total.times, r.times...), total.errors+r.errors
	}
	slices.Sort(total.times)
	return total
}

func (r *loadResult) run(address string, end time.Time, requests [][]byte, next int) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		r.errors++
		return
	}
	defer conn.Close()
	in := bufio.NewReaderSize(conn, 1<<16)
	for begin := time.Now(); begin.Before(end); next++ {
		if _, err := conn.Write(requests[next%len(requests)]); err != nil {
			r.errors++
			return
		}
		ok, err := readAnswer(in)
		if !ok {
			r.errors++
		}
		if err != nil {
			return
		}
		now := time.Now()
		r.times = append(r.times, now.Sub(begin).Seconds())
		begin = now
	}
}

// readAnswer reads an answer and tells whether it is a score. An error means
// that the connection is of no use any more. It takes no more of HTTP than the
// service sends, to leave the cores to it.
func readAnswer(in *bufio.Reader) (ok bool, err error) {
	length, chunked := 0, false
	for n := 0; ; n++ {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return false, err
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			break
		}
		if n == 0 {
			ok = bytes.HasPrefix(line, []byte("HTTP/1.1 200"))
		} else if value, found := bytes.CutPrefix(line, []byte("Content-Length: ")); found {
			if length, err = strconv.Atoi(string(value)); err != nil {
				return false, err
			}
		} else if bytes.Equal(line, []byte("Transfer-Encoding: chunked")) {
			chunked = true
		}
	}
	if chunked {
		return ok, skipChunks(in)
	}
	first, err := in.Peek(min(length, 512))
	ok = ok && bytes.Contains(first, []byte(`"p_alive"`))
	if err == nil {
		_, err = in.Discard(length)
	}
	return ok, err
}

func skipChunks(in *bufio.Reader) error {
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		n, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return err
		}
		if _, err := in.Discard(int(n) + len("\r\n")); err != nil || n == 0 {
			return err
		}
	}
}
