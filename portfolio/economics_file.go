package portfolio

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/predictive-clv/clv/history"
)

// economicsFields are those of the file, with how each is read.
var economicsFields = []struct {
	name string
	read func(e *Economics, name string, n *yaml.Node) error
}{
	{"margin", func(e *Economics, name string, n *yaml.Node) (err error) {
		e.Margin = new(float64)
		*e.Margin, err = numberAt(n, name, checkMargin)
		return err
	}},
	{"margin_by", func(e *Economics, name string, n *yaml.Node) (err error) {
		e.MarginBy, err = numbersAt(n, name, checkMargin)
		return err
	}},
	{"margin_column", func(e *Economics, name string, n *yaml.Node) (err error) {
		e.MarginColumn, err = textAt(n, name)
		return err
	}},
	{"cost_per_order", func(e *Economics, name string, n *yaml.Node) (err error) {
		e.CostPerOrder, err = numberAt(n, name, checkCost)
		return err
	}},
	{"cost_alive", func(e *Economics, name string, n *yaml.Node) error {
		text, err := textAt(n, name)
		if err != nil {
			return err
		}
		if e.CostAlive, err = ParseCost(text); err != nil {
			return placed(n, fmt.Errorf("%s: %w", name, err))
		}
		return nil
	}},
	{"cac", func(e *Economics, name string, n *yaml.Node) (err error) {
		e.CAC, err = numberAt(n, name, checkCost)
		return err
	}},
	{"cac_by", func(e *Economics, name string, n *yaml.Node) (err error) {
		e.CACBy, err = numbersAt(n, name, checkCost)
		return err
	}},
	{"cac_column", func(e *Economics, name string, n *yaml.Node) (err error) {
		e.CACColumn, err = textAt(n, name)
		return err
	}},
	{"discount", func(e *Economics, name string, n *yaml.Node) error {
		text, err := textAt(n, name)
		if err != nil {
			return err
		}
		rate, err := history.ParseRate(text)
		if err != nil {
			return placed(n, fmt.Errorf("%s: %w", name, err))
		}
		e.Discount = &rate
		return nil
	}},
}

// ReadEconomics reads them from YAML or JSON. An error says in which line and
// column what is wrong; a field that it does not know is one.
func ReadEconomics(r io.Reader) (*Economics, error) {
	var doc yaml.Node
	d := yaml.NewDecoder(r)
	switch err := d.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, errors.New("economics: the file is empty: write margin: 0.3 or the like")
	case err != nil:
		return nil, fmt.Errorf("economics: %w", err)
	}
	if d.Decode(&yaml.Node{}) != io.EOF {
		return nil, errors.New("economics: something follows the first document (a line ---, or the end of the JSON object): only one is read")
	}
	e := &Economics{}
	err := eachField(doc.Content[0], "the file", func(key, value *yaml.Node) error {
		for _, f := range economicsFields {
			if f.name == key.Value {
				return f.read(e, f.name, value)
			}
		}
		return placed(key, fmt.Errorf("there is no field %q; there is %s", key.Value, economicsNames()))
	})
	if err != nil {
		return nil, fmt.Errorf("economics: %w", err)
	}
	return e, nil
}

func economicsNames() string {
	var names []string
	for _, f := range economicsFields {
		names = append(names, f.name)
	}
	return strings.Join(names, ", ")
}

// placed names the place of a node before an error.
func placed(n *yaml.Node, err error) error {
	return fmt.Errorf("line %d, column %d: %w", n.Line, n.Column, err)
}

// eachField calls f for each field of a mapping, and refuses what is none and
// what is there twice.
func eachField(n *yaml.Node, what string, f func(key, value *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return placed(n, fmt.Errorf("%s must hold fields, name: value", what))
	}
	var seen []string
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		if slices.Contains(seen, key.Value) {
			return placed(key, fmt.Errorf("%q stands there twice", key.Value))
		}
		seen = append(seen, key.Value)
		if err := f(key, n.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

func numberAt(n *yaml.Node, name string, check func(name string, v float64) error) (v float64, err error) {
	if n.ShortTag() != "!!float" && n.ShortTag() != "!!int" || n.Decode(&v) != nil {
		return 0, placed(n, fmt.Errorf("%s is %s: it must be a number", name, shown(n)))
	}
	if err := check(name, v); err != nil {
		return 0, placed(n, err)
	}
	return v, nil
}

func numbersAt(n *yaml.Node, name string, check func(name string, v float64) error) (map[string]float64, error) {
	of := map[string]float64{}
	return of, eachField(n, name, func(key, value *yaml.Node) (err error) {
		of[key.Value], err = numberAt(value, name+" "+key.Value, check)
		return err
	})
}

func textAt(n *yaml.Node, name string) (string, error) {
	if n.Kind != yaml.ScalarNode || n.Value == "" {
		return "", placed(n, fmt.Errorf("%s is %s: it must be a text", name, shown(n)))
	}
	return n.Value, nil
}

// shown is what a value looks like.
func shown(n *yaml.Node) string {
	switch {
	case n.Kind != yaml.ScalarNode:
		return "no single value"
	case n.Value == "":
		return "empty"
	}
	return fmt.Sprintf("%q", n.Value)
}
