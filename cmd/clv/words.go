package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/urfave/cli/v2"
)

// wordFlags steer what is said on standard error. They may stand before or
// after the command's name.
func wordFlags() []cli.Flag {
	const category = "Words"
	return []cli.Flag{
		&cli.BoolFlag{Name: "quiet", Usage: "say nothing on standard error but errors", Category: category},
		&cli.BoolFlag{Name: "json", Usage: "write the words on standard error as one JSON document", Category: category},
	}
}

// given reports whether a switch was set on the command or before it.
func given(c *cli.Context, name string) bool {
	return slices.ContainsFunc(c.Lineage(), func(l *cli.Context) bool { return l.Command != nil && l.Bool(name) })
}

// words is what a command says beside its data: text for people as it goes,
// or with --json one document at the end.
type words struct {
	w           io.Writer
	quiet, json bool
	doc         map[string]any
}

func wordsOf(c *cli.Context) *words {
	return &words{w: c.App.ErrWriter, quiet: given(c, "quiet"), json: given(c, "json"), doc: map[string]any{}}
}

// silent are words that nobody hears.
func silent() *words { return &words{w: io.Discard, quiet: true, doc: map[string]any{}} }

// say prints text, and keeps value under key for the document.
func (w *words) say(key string, value any, format string, args ...any) {
	w.doc[key] = value
	if !w.quiet && !w.json {
		fmt.Fprintf(w.w, format, args...)
	}
}

// close ends the words with the error of the command, if any: it writes the
// document if one was asked for.
func (w *words) close(err error) error {
	if !w.json {
		return err
	}
	if err != nil && !errors.As(err, new(doesNotHold)) {
		w.doc["error"] = err.Error()
	}
	if encErr := writeJSON(w.w, w.doc); encErr != nil || err == nil {
		return encErr
	}
	return saidError{err}
}

func writeJSON(w io.Writer, doc any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}

// finite returns v for a JSON document, which has no other numbers, and nil if
// it is not finite.
func finite(v float64) any {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return v
}
