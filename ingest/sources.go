package ingest

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"
)

// A Source is some of the files of a log, which have their own columns. What
// it leaves empty is as in the Options.
type Source struct {
	In []string `yaml:"in"`

	Customer string `yaml:"customer"`
	Date     string `yaml:"date"`
	Amount   string `yaml:"amount"`
	Order    string `yaml:"order"`
	Currency string `yaml:"currency"`

	DateFormat string `yaml:"date_format"`
	Decimal    string `yaml:"decimal"`   // "." or ","
	Delimiter  string `yaml:"delimiter"` // one character
}

// options returns the options for the files of the source.
func (s *Source) options(o *Options) (*Options, error) {
	if len(s.In) == 0 {
		return nil, errors.New("a source names no file: in")
	}
	out := *o
	out.In = s.In
	for _, f := range []struct {
		to   *string
		from string
	}{{&out.Customer, s.Customer}, {&out.Date, s.Date}, {&out.Amount, s.Amount}, {&out.Order, s.Order}, {&out.Currency, s.Currency}, {&out.DateFormat, s.DateFormat}} {
		if f.from != "" {
			*f.to = f.from
		}
	}
	switch s.Decimal {
	case "":
	case ".", ",":
		out.Decimal = rune(s.Decimal[0])
	default:
		return nil, fmt.Errorf("decimal mark %q is not known: use . or ,", s.Decimal)
	}
	if d := []rune(s.Delimiter); len(d) == 1 {
		out.Delimiter = d[0]
	} else if len(d) > 1 {
		return nil, fmt.Errorf("delimiter %q has more than one character", s.Delimiter)
	}
	return &out, nil
}

// mapping is what a mapping file holds.
type mapping struct {
	Sources []Source          `yaml:"sources"`
	Aliases map[string]string `yaml:"aliases"`
	Exclude []string          `yaml:"exclude"`

	AliasFile   string `yaml:"alias_file"`
	ExcludeFile string `yaml:"exclude_file"`
}

// LoadMapping adds to the options what a mapping file says, in YAML or JSON:
//
//	sources:
//	  - in: [shop/*.csv]
//	    customer: client
//	    amount: total
//	    order: number
//	  - in: [pos.parquet]
//	    date: day
//	aliases: {old-17: "17"}      # or alias_file: a CSV file with two columns
//	exclude: [staff, "0"]        # or exclude_file: a text file with a customer in each line
//
// Names of files are relative to the mapping file's folder.
func (o *Options) LoadMapping(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return openError(path, err)
	}
	var m mapping
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	dir := filepath.Dir(path)
	for _, s := range m.Sources {
		for i := range s.In {
			s.In[i] = beside(dir, s.In[i])
		}
		o.Sources = append(o.Sources, s)
	}
	if m.AliasFile != "" {
		if err := o.LoadAliases(beside(dir, m.AliasFile)); err != nil {
			return err
		}
	}
	if m.ExcludeFile != "" {
		if err := o.LoadExclude(beside(dir, m.ExcludeFile)); err != nil {
			return err
		}
	}
	for alias, customer := range m.Aliases {
		o.alias(alias, customer)
	}
	o.Exclude = append(o.Exclude, m.Exclude...)
	return nil
}

func beside(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}

func (o *Options) alias(alias, customer string) {
	if o.Aliases == nil {
		o.Aliases = make(map[string]string)
	}
	o.Aliases[alias] = customer
}

// LoadAliases adds the identifiers of a CSV file with a header and two columns:
// an identifier, and the customer it stands for.
func (o *Options) LoadAliases(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return openError(path, err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.FieldsPerRecord = 2
	for header := true; ; header = false {
		record, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		alias, customer := customerID(record[0]), customerID(record[1])
		line, _ := r.FieldPos(0)
		switch other, ok := o.Aliases[alias]; {
		case header:
		case alias == "" || customer == "":
			return fmt.Errorf("%s:%d: an identifier is empty", path, line)
		case ok && other != customer:
			return fmt.Errorf("%s:%d: the identifier %q stands for %q and for %q", path, line, alias, other, customer)
		default:
			o.alias(alias, customer)
		}
	}
}

// LoadExclude adds the customers of a text file with one in each line.
func (o *Options) LoadExclude(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return openError(path, err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if id := strings.TrimSpace(lines.Text()); id != "" {
			o.Exclude = append(o.Exclude, id)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
