package main

import (
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// commands are all commands that do something, as they are called.
var commands = [][]string{
	{"summarize"}, {"fit"}, {"predict"}, {"forecast"}, {"evaluate"}, {"compare"}, {"monitor"}, {"describe"}, {"sql"}, {"simulate"}, {"demo"}, {"version"},
	{"simple"}, {"drivers"}, {"cohort"},
	{"segment"}, {"acquire"}, {"budget"},
	{"list", "risk"}, {"list", "winback"}, {"list", "reorder"}, {"list", "rising"}, {"list", "unprofitable"}, {"list", "top"},
	{"score"}, {"serve"},
	{"report"},
	{"completion", "bash"}, {"completion", "zsh"}, {"completion", "fish"}, {"man"},
	{"plot", "tracking"}, {"plot", "incremental"}, {"plot", "frequency"}, {"plot", "alive"}, {"plot", "expected"},
	{"plot", "holdout"}, {"plot", "calibration"}, {"plot", "gain"}, {"plot", "lift"}, {"plot", "customer"},
	{"plot", "newcomer"}, {"plot", "rate"}, {"plot", "dropout"}, {"plot", "spend"}, {"plot", "gaps"}, {"plot", "timing"},
	{"plot", "retention"}, {"plot", "cohort-revenue"}, {"plot", "per-customer"}, {"plot", "lorenz"}, {"plot", "segments"},
}

func TestCommandsAreListed(t *testing.T) {
	var names []string
	for _, cmd := range newApp(nil, nil, nil).Commands {
		if len(cmd.Subcommands) == 0 {
			names = append(names, cmd.Name)
		}
		for _, sub := range cmd.Subcommands {
			names = append(names, cmd.Name+" "+sub.Name)
		}
	}
	var want []string
	for _, c := range commands {
		want = append(want, strings.Join(c, " "))
	}
	slices.Sort(names)
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("the commands are %v, and the tests know %v", names, want)
	}
}

func TestHelpFitsTheTerminal(t *testing.T) {
	for _, c := range append(commands, nil, []string{"completion"}, []string{"plot"}, []string{"list"}) {
		name := strings.Join(c, " ")
		r := clv(append(slices.Clone(c), "--help")...)
		if r.code != exitOK || r.err != "" {
			t.Errorf("clv %s --help: exit code %d, %q", name, r.code, r.err)
		}
		for _, line := range strings.Split(r.out, "\n") {
			if n := utf8.RuneCountInString(line); n > helpWidth || strings.TrimRight(line, " ") != line {
				t.Errorf("clv %s --help: %d columns or a space at the end: %q", name, n, line)
			}
		}
		if want := "Usage: " + strings.TrimSpace("clv "+name); !strings.Contains(r.out, want) {
			t.Errorf("clv %s --help does not say %q", name, want)
		}
		if n := strings.Count(r.out, "  $ clv "); n < 2 {
			t.Errorf("clv %s --help shows %d examples, want 2 or more", name, n)
		}
		if other := clv(append(slices.Clone(c), "-h")...); other.out != r.out {
			t.Errorf("clv %s -h and --help differ", name)
		}
	}
}

func TestHelpCommand(t *testing.T) {
	if got, want := clv("help", "fit"), clv("fit", "--help"); got != want {
		t.Errorf("clv help fit = %+v, want %+v", got, want)
	}
	if got, want := clv(), clv("--help"); got != want {
		t.Errorf("clv = %+v, want %+v", got, want)
	}
}

func TestUsageErrors(t *testing.T) {
	workspace(t)
	before := folder(t)
	for _, tt := range []struct {
		args string
		want string
	}{
		{"nonsense", `there is no command "nonsense"; there is summarize, fit`},
		{"help nonsense", "nonsense"},
		{"plot", "clv plot needs a figure: tracking"},
		{"completion tcsh", `there is no shell "tcsh"; there is bash, zsh, fish`},
		{"plot nonsense", `there is no figure "nonsense"; there is tracking`},
		{"--nonsense", "there is no flag --nonsense here"},
		{"fit --nonsense", "there is no flag --nonsense here"},
		{"predict --model model.json --in log.csv", "there is no flag --model here; is --model-file meant?"},
		{"fit --in", "--in needs a value"},
		{"fit", "--in is needed"},
		{"fit extra --in log.csv --out m.json", `clv fit takes no arguments without a flag, and "extra" is one`},
		{"fit --in log.csv extra --out m.json", `"extra"`},
		{"plot tracking extra", `clv plot tracking takes no arguments without a flag, and "extra" is one`},
		{"version extra", `"extra"`},
		{"fit --in log.csv --model nonsense", `--model: there is no model "nonsense"; there is bg-nbd`},
		{"fit --in log.csv --spend nonsense", `--spend: there is no spend model "nonsense"`},
		{"fit --in log.csv --unit fortnight", `--unit: unit "fortnight" is not known`},
		{"fit --in log.csv --cut 31.12.2024", `--cut "31.12.2024" is not a date`},
		{"fit --in log.csv --end tomorrow", `--end "tomorrow" is not a date`},
		{"fit --in log.csv --delimiter x", `--delimiter "x" is not known`},
		{"fit --in log.csv --refunds keep", `"keep"`},
		{"fit --in log.csv --out log.csv", "--out log.csv is an input"},
		{"predict --in log.csv", "--model-file is needed"},
		{"predict --model-file model.json", "--in is needed"},
		{"predict --model-file model.json --in log.csv --out ./model.json", "--out ./model.json is an input"},
		{"predict --model-file model.json --in log.csv --new", "--new forecasts a customer without a history"},
		{"predict --model-file model.json --in log.csv --horizon 52", `--horizon: horizon "52" has no unit`},
		{"predict --model-file model.json --in log.csv --horizon 52w --horizon 52weeks", "--horizon 52w is given twice"},
		{"predict --model-file model.json --in log.csv --horizon -1w", "is not positive"},
		{"predict --model-file model.json --in log.csv --discount 10%", `--discount: discount rate "10%" has no period`},
		{"predict --model-file model.json --in log.csv --discount 1%/w", `is not annual`},
		{"predict --model-file model.json --in log.csv --margin much", `invalid value "much" for --margin`},
		{"predict --model-file model.json --in log.csv --margin NaN", "--margin is NaN"},
		{"predict --model-file model.json --in log.csv --columns p_alive,luck", `--columns: there is no column "luck"; there is p_alive`},
		{"plot tracking --model-file model.json --in log.csv", "--out is needed"},
		{"plot tracking --model-file model.json --in log.csv --out a.gif", "use .svg, .png or .pdf"},
		{"plot tracking --model-file model.json --in log.csv --out a.svg --width 3", "at least 480 × 360 pixels"},
		{"plot tracking --model-file model.json --in log.csv --out a.svg --period hour", `--period "hour" is not known`},
		{"plot tracking --model-file model.json --in log.csv --out a.svg --interval 80", `--interval "80" is no probability`},
		{"plot frequency --model-file model.json --in log.csv --out a.svg --top 0", "--top is 0"},
		{"plot tracking --in log.csv --out a.svg", "--model-file is needed"},
		{"plot alive --in log.csv --out a.svg", "--model-file is needed"},
		{"plot tracking --in log.csv --out a.svg" + strings.Repeat(" --model-file model.json", 5), "at most 4 models"},
		{"plot tracking --model-file x.json --model-file model.json --in log.csv --out a.svg --data model.json", "--data model.json is an input"},
		{"plot holdout --model-file model.json --in log.csv --out a.svg --by luck", `--by "luck" is not known`},
		{"plot gain --model-file model.json --in log.csv --out a.svg --of luck", `--of "luck" is not known`},
		{"plot customer --model-file model.json --in log.csv --out a.svg", "--id is needed"},
		{"plot expected --model-file model.json --in log.csv --out a.svg --horizon 5", `--horizon: horizon "5" has no unit`},
		{"plot timing --in log.csv --out a.svg --customers 0", "--customers is 0"},
		{"plot gaps --in log.csv --out a.svg --period year", `--period "year" is not known`},
		{"plot lorenz --model-file model.json --in log.csv --out a.svg --horizon 1y --horizon 2y", "--horizon is given 2 times"},
		{"plot segments --model-file model.json --in log.csv --out a.svg --segment x", "name the file with --segments"},
		{"plot segments --model-file model.json --in summary.csv --out a.svg", "name segments with --segments"},
		{"evaluate", "--in is needed"},
		{"evaluate --in log.csv --cut tomorrow", `--cut "tomorrow" is not a date`},
		{"evaluate --in log.csv --cut 2025-03-31 --cut 2025-03-31", "--cut 2025-03-31 is given twice"},
		{"evaluate --in log.csv --model nbd --model nbd", "--model nbd is given twice"},
		{"evaluate --in log.csv --model nonsense", `--model: there is no model "nonsense"`},
		{"evaluate --in log.csv --horizon 5", `--horizon: horizon "5" has no unit`},
		{"evaluate --in log.csv --out log.csv", "--out log.csv is an input"},
		{"evaluate --in log.csv --out a.csv --classes a.csv", "--classes a.csv is --out too"},
		{"forecast --in log.csv", "--model-file is needed"},
		{"forecast --model-file model.json", "--in is needed"},
		{"forecast --model-file model.json --in log.csv --horizon 5", `--horizon: horizon "5" has no unit`},
		{"forecast --model-file model.json --in log.csv --period year", `--period "year" is not known`},
		{"forecast --model-file model.json --in log.csv --interval 2", `--interval "2" is no probability`},
		{"forecast --model-file model.json --in log.csv --discount 3", "--discount: "},
		{"forecast --model-file model.json --in log.csv --recent 0", "--recent is 0"},
		{"forecast --model-file model.json --in log.csv --recent 2 --plan p.csv", "give one"},
		{"forecast --model-file model.json --in log.csv --futures 1", "--futures is 1"},
		{"forecast --model-file model.json --in log.csv --plan p.csv --out p.csv", "--out p.csv is an input"},
		{"monitor --in log.csv", "--model-file is needed"},
		{"monitor --model-file model.json", "--in is needed"},
		{"monitor --model-file model.json --in log.csv --interval 2", `--interval "2" is no probability`},
		{"monitor --model-file model.json --in log.csv --futures -1", "--futures is -1"},
		{"list", "clv list needs a list: risk"},
		{"list nonsense", `there is no list "nonsense"; there is risk`},
		{"list risk --model-file model.json", "--in is needed"},
		{"list risk --in log.csv", "--model-file is needed"},
		{"list risk --model-file model.json --in log.csv --since soon", `--since "soon" is neither a date`},
		{"list risk --model-file model.json --in log.csv --since 2026-06-01", "--since 2026-06-01 must lie before"},
		{"list risk --model-file model.json --in log.csv --limit 0", "--limit is 0"},
		{"list risk --model-file model.json --in log.csv --contact-cost -1", "--contact-cost is -1"},
		{"list risk --model-file model.json --in log.csv --holdout 2", `--holdout "2" is no probability`},
		{"list risk --model-file model.json --in log.csv --by owner", "--by names a column"},
		{"list winback --model-file model.json --in log.csv --idle 90", `--idle: horizon "90" has no unit`},
		{"list top --model-file model.json --in log.csv --horizon 5", `--horizon: horizon "5" has no unit`},
		{"segment --model-file model.json --in log.csv --rows --csv", "give one"},
		{"segment --model-file model.json --in log.csv --out s.parquet", "with --rows"},
		{"compare", "--in is needed"},
		{"compare --in log.csv --cut 2025-03-31 --horizon 5", `--horizon: horizon "5" has no unit`},
		{"describe", "--model-file or --in is needed"},
		{"describe --model-file model.json --in log.csv", "not both"},
		{"simulate", "--params is needed: the parameters r, alpha, a, b"},
		{"simulate --params r=1,alpha=2,a=3", "parameters"},
		{"simulate --params r=1,alpha=2,a=3,b=inf", `"b=inf" is not name=value`},
		{"simulate --params r=1,alpha=2,a=3,b=-4", "parameter b is -4"},
		{"simulate --model-file model.json --unit day", "leave --unit out"},
		{"simulate --model-file model.json --customers 0", "--customers is 0"},
		{"simulate --model-file model.json --entry 2y --span 1y", "--entry 2y is not shorter than --span 1y"},
		{"simulate --model-file model.json --span 99", `--span: horizon "99" has no unit`},
		{"simulate --model-file model.json --out a.csv --truth a.csv", "--truth a.csv is --out too"},
	} {
		r := clv(strings.Fields(tt.args)...)
		if r.code != exitUsage || r.out != "" || !strings.Contains(r.err, tt.want) {
			t.Errorf("clv %s: exit code %d, output %q, words %q; want 2, nothing, %q", tt.args, r.code, r.out, r.err, tt.want)
		}
	}
	if after := folder(t); !slices.Equal(before, after) {
		t.Errorf("files were left behind: %v, before %v", after, before)
	}
}

func TestWordFlagsStandAnywhere(t *testing.T) {
	workspace(t)
	for _, args := range []string{"--quiet fit --in log.csv --out m.json", "fit --quiet --in log.csv --out m.json", "fit --in log.csv --out m.json --quiet"} {
		if r := must(t, strings.Fields(args)...); r.err != "" || r.out != "" {
			t.Errorf("clv %s: output %q, words %q; want none", args, r.out, r.err)
		}
	}
	for _, args := range []string{"--json fit --in log.csv --out m.json", "fit --json --in log.csv --out m.json"} {
		r := must(t, strings.Fields(args)...)
		doc := decodeJSON[map[string]any](t, r.err)
		for _, key := range []string{"input", "purchase", "spend", "model"} {
			if doc[key] == nil {
				t.Errorf("clv %s: the document has no %q", args, key)
			}
		}
	}
}

func TestJSONWordsAreOneDocument(t *testing.T) {
	workspace(t)
	for _, args := range []string{
		"summarize --in log.csv --out s.csv",
		"fit --in log.csv --spend none --out m.json",
		"predict --model-file model.json --in log.csv --out p.csv",
		"predict --model-file model.json --new --out p.csv",
		"plot tracking --model-file model.json --in log.csv --out t.svg",
		"plot gaps --in log.csv --out t.svg",
		"evaluate --in log.csv --cut 2025-03-31 --model nbd --quick --out e.json",
		"compare --in log.csv --out c.json",
		"forecast --model-file model.json --in log.csv --horizon 4w --out f.json",
		"monitor --model-file model.json --in log.csv --out o.json",
		"describe --in log.csv",
		"list top --model-file model.json --in log.csv --out l.csv",
		"segment --model-file model.json --in log.csv --out s.json",
		"describe --model-file model.json",
		"simulate --model-file model.json --customers 10 --out l.csv",
		"demo",
		"version",
	} {
		decodeJSON[map[string]any](t, must(t, append([]string{"--json"}, strings.Fields(args)...)...).err)
	}
	for _, args := range []string{"fit --in nothing.csv", "fit --in log.csv --out no/m.json", "fit"} {
		r := clv(append([]string{"--json"}, strings.Fields(args)...)...)
		if doc := decodeJSON[map[string]any](t, r.err); r.code == exitOK || doc["error"] == nil {
			t.Errorf("clv --json %s: exit code %d, words %v; want a failure and its error", args, r.code, doc)
		}
	}
}

func TestVersion(t *testing.T) {
	if r := must(t, "version"); !strings.HasPrefix(r.out, "clv "+version+", model files up to version 2, go") {
		t.Errorf("clv version = %q", r.out)
	}
	for module, want := range map[string]string{
		"":                                   "",
		"(devel)":                            "",
		"v" + version:                        "",
		"v" + version + "+x":                 " (v" + version + "+x)",
		"v0.0.0-20261125141654-c15560ef5ee2": " (v0.0.0-20261125141654-c15560ef5ee2)",
	} {
		if got := builtFrom(&debug.BuildInfo{Main: debug.Module{Version: module}}); got != want {
			t.Errorf("built from %q: %q, want %q", module, got, want)
		}
	}
}
