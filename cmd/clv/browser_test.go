package main

import (
	"encoding/json"
	"fmt"
	"html"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// browser returns a headless browser, without which the test is skipped.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("there is no Chromium here to open the page with")
	return ""
}

// A visit is what came of opening a page in a frame as wide as a phone.
type visit struct {
	Width   int  // of what is in the frame
	Script  bool // whether the page's own script ran
	console string
	asked   []string // addresses beyond the page
}

const phone = 390

func visited(t *testing.T, page string) (v visit) {
	t.Helper()
	text, err := json.Marshal(page) // which escapes <, so that no script ends early
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, "frame.html", fmt.Sprintf(`<!DOCTYPE html><body><iframe width="%d" height="800" style="border:0"></iframe><pre></pre><script>
var frame = document.querySelector("iframe");
frame.onload = function () {
  var inner = frame.contentDocument;
  document.querySelector("pre").textContent = JSON.stringify({Width: inner.documentElement.scrollWidth, Script: !!inner.getElementById("tip")});
};
frame.srcdoc = %s;
</script>`, phone, text))
	path, err := filepath.Abs("frame.html")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(browser(t), "--headless=new", "--no-sandbox", "--disable-gpu", "--user-data-dir="+t.TempDir(), "--no-first-run",
		"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--enable-logging=stderr", "--log-net-log="+path+".net", "--dump-dom", "file://"+path)
	var out, errOut strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		t.Skipf("the browser does not run here: %v", err)
	}
	m := regexp.MustCompile(`<pre>(.*)</pre>`).FindStringSubmatch(out.String())
	if m == nil {
		t.Fatal("the page did not load")
	}
	v = decodeJSON[visit](t, html.UnescapeString(m[1]))
	for _, line := range strings.Split(errOut.String(), "\n") {
		if strings.Contains(line, "CONSOLE") {
			v.console += line + "\n"
		}
	}
	v.asked = requests(readFile(t, path+".net"))
	return v
}

// requests returns the addresses in a log of the network that were asked for by
// a page, and not by the browser itself.
func requests(log string) (asked []string) {
	for _, m := range regexp.MustCompile(`"initiator":"([^"]*)".*"url":"((?:https?|wss?):[^"]*)"`).FindAllStringSubmatch(log, -1) {
		if m[1] != "not an origin" {
			asked = append(asked, m[2])
		}
	}
	return asked
}

// TestReportInBrowser: the page opens without a word on the console and without
// a request beyond itself, its script runs, and at the width of a phone nothing
// sticks out. A page that does all of that wrong is told apart.
func TestReportInBrowser(t *testing.T) {
	browser(t)
	workspace(t)
	page, _, _ := written(t, "--in", "log.csv", "--model", "bg-nbd")
	if v := visited(t, page); v.console != "" || len(v.asked) > 0 || !v.Script || v.Width > phone {
		t.Errorf("on a phone %d pixels wide: %+v", phone, v)
	}
	v := visited(t, `<!DOCTYPE html><body><p style="width:800px">wide</p><img src="http://127.0.0.1:9/x.png"><script>console.error("wrong")</script>`)
	if !strings.Contains(v.console, "wrong") || !slices.Contains(v.asked, "http://127.0.0.1:9/x.png") || v.Script || v.Width <= phone {
		t.Errorf("the test sees nothing: %+v", v)
	}
}

// TestReportStandsAlone: the page names its language and its title, refers to
// nothing but itself, and every reference and name in it is one.
func TestReportStandsAlone(t *testing.T) {
	workspace(t)
	page, _, _ := written(t, "--in", "log.csv", "--model", "bg-nbd")
	for _, want := range []string{`<html lang="en">`, "<title>What our customers will do</title>", `name="viewport"`, "@media print", "prefers-color-scheme: dark"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if m := regexp.MustCompile(`(?:src|href|action)="[^#"][^"]*"|url\([^)]*\)|@import`).FindAllString(page, -1); !slices.Equal(m, []string{`href="data:,"`}) {
		t.Errorf("the page refers to %v", m)
	}
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if ids[m[1]] {
			t.Errorf("the name %s is taken twice", m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`href="#([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !ids[m[1]] {
			t.Errorf("there is no place named %s", m[1])
		}
	}
	pictures := strings.Count(page, "<svg ")
	if labelled := len(regexp.MustCompile(`<svg [^>]*role="img" aria-label="[^"]+"`).FindAllString(page, -1)); pictures < 20 || labelled != pictures {
		t.Errorf("%d pictures, %d of them with a label", pictures, labelled)
	}
}
