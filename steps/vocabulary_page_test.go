package steps

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write VOCABULARY.md anew")

// areas are the headings of the page, by the method that registers an area's steps.
var areas = map[string]string{
	"cloudSteps": "Setting the scene", "outcomeSteps": "Being refused", "tokenSteps": "Tokens", "storeSteps": "Stores", "imageSteps": "Images",
	"imageDataSteps": "The data of images", "imageStoreSteps": "Images in stores", "typeSteps": "Volume types", "volumeSteps": "Volumes", "migrationSteps": "Volumes that migrate", "attachmentSteps": "Attachments",
	"webSteps":    "The web",
	"serverSteps": "Servers",
	"uploadSteps": "Volumes that become images", "messageSteps": "What users are told", "controlSteps": "Control over the cloud",
	"faultSteps": "Faults", "requestSteps": "Requests", "clockSteps": "The clock",
}

const preface = `# The vocabulary

The steps of the package [steps](.), which features are written with. This page is generated from the code:
` + "`go test ./steps -run TestVocabularyPage -update`" + ` writes it.

- *who* is **I** (the member demo), **the administrator** (admin) or **a stranger** (alt_demo, a member of another project).
  Who asks for something gets it, or the step fails. Who *tries to* (**I try to**, **the administrator tries to**,
  **a stranger tries to**) may be refused, and the next step must say what came of it.
- *"text"* is text between double quotes. Names such as "boot" and "golden" are the scenario's own: on a cloud that scenarios
  share, resources get names that nobody else has. In messages, and in tables that say so, {boot} stands for the id of what the
  scenario calls boot.
- *number* is a whole number. A step that ends in a colon takes a table, or text between two lines of ` + "`\"\"\"`" + `.
- Names of stores that follow ` + "`Glance has the stores:`" + ` are roles; see the package's documentation.
- Given, When, Then, And and But are for the reader: every step can stand behind each of them.

`

// section collects the steps of one area.
type section struct {
	heading string
	entries []entry
}

type entry struct{ pattern, method string }

func (s *section) Step(pattern, do any) {
	name := runtime.FuncForPC(reflect.ValueOf(do).Pointer()).Name()
	s.entries = append(s.entries, entry{pattern.(string), strings.TrimSuffix(name[strings.LastIndex(name, ".")+1:], "-fm")})
}

// sections asks each area for its steps, in the order in which the world registers them.
type sections struct{ list []*section }

func (s *sections) Step(pattern, do any) {
	var caller string
	pc := make([]uintptr, 8)
	frames := runtime.CallersFrames(pc[:runtime.Callers(1, pc)])
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		if name := f.Function[strings.LastIndex(f.Function, ".")+1:]; strings.HasSuffix(name, "Steps") {
			caller = name
			break
		}
	}
	heading := areas[caller]
	if heading == "" {
		heading = caller
	}
	if len(s.list) == 0 || s.list[len(s.list)-1].heading != heading {
		s.list = append(s.list, &section{heading: heading})
	}
	s.list[len(s.list)-1].Step(pattern, do)
}

// TestVocabularyPage compares VOCABULARY.md with the steps and their docs, or, with -update, writes it.
func TestVocabularyPage(t *testing.T) {
	var all sections
	new(World).steps(&all)
	docs := methodDocs(t)
	var page bytes.Buffer
	page.WriteString(preface)
	said := map[string]string{} // method -> its step, as the page has it
	for _, s := range all.list {
		for _, e := range s.entries {
			if said[e.method] == "" {
				said[e.method] = readable(e.pattern)
			}
		}
	}
	for _, s := range all.list {
		if strings.HasSuffix(s.heading, "Steps") {
			t.Errorf("the steps of %s have no heading: give them one in areas", s.heading)
		}
		fmt.Fprintf(&page, "- [%s](#%s)\n", s.heading, strings.ReplaceAll(strings.ToLower(s.heading), " ", "-"))
	}
	for _, s := range all.list {
		fmt.Fprintf(&page, "\n## %s\n", s.heading)
		for _, e := range s.entries {
			fmt.Fprintf(&page, "\n### %s\n\n%s", readable(e.pattern), markdown(e.method, docs[e.method], said))
		}
	}
	if *update {
		if err := os.WriteFile("VOCABULARY.md", page.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(Vocabulary, page.String()); diff != "" {
		t.Errorf("VOCABULARY.md is not what the steps say; go test ./steps -run TestVocabularyPage -update writes it (-page +steps)\n%s", diff)
	}
}

// readings turn the regular expressions of patterns into what people read.
var readings = []struct {
	expr *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`\{who\}`), "*who*"},
	{regexp.MustCompile(`\{string\}`), `*"text"*`},
	{regexp.MustCompile(`\(a bad request\|[^)]*\)`), "*refusal*"},
	{regexp.MustCompile(`\{int\}|\(\\d\+\)`), "*number*"},
	{regexp.MustCompile(`\(\\d\+\\\.\\d\+\)`), "*version*"},
	{regexp.MustCompile(`\(\.\+\)`), "*words*"},
	{regexp.MustCompile(`\(\?:([^)|]*)\)\?`), "($1)"},
	{regexp.MustCompile(`\(\?:([^)]*)\)`), "($1)"},
	{regexp.MustCompile(`(\w)\?`), "($1)"},
	{regexp.MustCompile(`\\`), ""},
	{regexp.MustCompile(`\|`), " or "},
}

func readable(pattern string) string {
	for _, r := range readings {
		pattern = r.expr.ReplaceAllString(pattern, r.with)
	}
	return pattern
}

// identifier is what may be the name of another step's method.
var identifier = regexp.MustCompile(`\b[a-z]+[A-Z][A-Za-z]*\b`)

// markdown is a step's doc: its examples as Gherkin, and what else it says.
func markdown(method, doc string, said map[string]string) string {
	doc = identifier.ReplaceAllStringFunc(doc, func(name string) string {
		if other := said[name]; other != "" && name != method && strings.ToLower(name) != name {
			return "\"" + other + "\""
		}
		return name
	})
	var b strings.Builder
	code := false
	for i, line := range strings.Split(strings.TrimSpace(doc), "\n") {
		indented := strings.HasPrefix(line, "\t")
		switch {
		case indented != code && line != "":
			if indented {
				b.WriteString("```gherkin\n")
			} else {
				b.WriteString("```\n\n")
			}
			code = indented
		}
		if line == "" && (code || strings.HasSuffix(b.String(), "\n\n") || b.Len() == 0) {
			continue
		}
		line = strings.TrimPrefix(line, "\t")
		if i == 0 {
			line = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(line, method), " is"))
			if line == "" {
				continue
			}
		}
		b.WriteString(line + "\n")
	}
	if code {
		b.WriteString("```\n")
	}
	return b.String()
}

func TestReadable(t *testing.T) {
	for pattern, want := range map[string]string{
		`{who} uploads? the volume {string}`:           `*who* upload(s) the volume *"text"*`,
		`{who} cop(?:y|ies) the image {string}`:        `*who* cop(y or ies) the image *"text"*`,
		`{who} attach(?:es)? the volume {string}`:      `*who* attach(es) the volume *"text"*`,
		`there is no (volume|image) {string}`:          `there is no (volume or image) *"text"*`,
		`block storage microversion (\d+\.\d+)`:        `block storage microversion *version*`,
		`each store has (.+)`:                          `each store has *words*`,
		`the versions? {string} (?:is|are) among them`: `the version(s) *"text"* (is or are) among them`,
		`{int} seconds? pass(?:es)?`:                   `*number* second(s) pass(es)`,
	} {
		if got := readable(pattern); got != want {
			t.Errorf("%s reads %s, want %s", pattern, got, want)
		}
	}
}
