package serve

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/models"
)

// A schema is as much of JSON Schema as the description uses.
type schema struct {
	Properties map[string]schema
	Items      *schema
	Enum       []string
}

// fieldsOf returns the JSON names of a struct's fields, embedded ones included.
func fieldsOf(t reflect.Type) (names []string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			names = append(names, fieldsOf(f.Type)...)
		} else {
			names = append(names, name)
		}
	}
	return names
}

// TestDescription: the paths, methods, fields and flags in the description are
// those of the program.
func TestDescription(t *testing.T) {
	var doc struct {
		OpenAPI    string
		Paths      map[string]map[string]any
		Components struct{ Schemas map[string]schema }
	}
	s := newServer(t, modelFile, nil)
	_, text := do(s, "GET", "/openapi.json", "")
	if err := json.Unmarshal([]byte(text), &doc); err != nil || !strings.HasPrefix(doc.OpenAPI, "3.1.") {
		t.Fatalf("version %q, %v", doc.OpenAPI, err)
	}
	for path, methods := range doc.Paths {
		for method := range methods {
			if code, body := do(s, strings.ToUpper(method), path, "{}"); code == http.StatusNotFound || code == http.StatusMethodNotAllowed {
				t.Errorf("%s %s: %s", method, path, body)
			}
		}
	}
	if _, metrics := do(s, "GET", "/metrics", ""); strings.Count(metrics, "clv_request_seconds_count") != len(doc.Paths)+1 { // and all other paths
		t.Errorf("%d paths are described, and measured are\n%s", len(doc.Paths), metrics)
	}
	schemas := doc.Components.Schemas
	questions := schemas["Questions"].Properties["customers"]
	for name, pair := range map[string]struct {
		in schema
		of any
	}{
		"Question":  {schemas["Question"], Question{}},
		"Questions": {schemas["Questions"], Questions{}},
		"customers": {*questions.Items, Subject{}},
		"orders":    {*schemas["Question"].Properties["orders"].Items, Order{}},
	} {
		got, want := slices.Sorted(maps.Keys(pair.in.Properties)), fieldsOf(reflect.TypeOf(pair.of))
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s is described with %v, and has %v", name, got, want)
		}
	}
	flags := models.ScoreFlags(1<<len(schemas["Score"].Properties["flags"].Items.Enum) - 1).String()
	if got := strings.Join(schemas["Score"].Properties["flags"].Items.Enum, ", "); got != flags {
		t.Errorf("flags %s, want %s", got, flags)
	}
}
