package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/urfave/cli/v2"
)

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

// say prints text, and keeps value under key for the document.
func (w *words) say(key string, value any, format string, args ...any) {
	w.doc[key] = value
	if !w.quiet && !w.json {
		fmt.Fprintf(w.w, format, args...)
	}
}

// flush writes the document if one was asked for.
func (w *words) flush() error {
	if !w.json {
		return nil
	}
	enc := json.NewEncoder(w.w)
	enc.SetIndent("", "  ")
	return enc.Encode(w.doc)
}
