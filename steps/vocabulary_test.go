package steps

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"os"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// vocabulary collects what is registered.
type vocabulary map[string]*regexp.Regexp

func (v vocabulary) Step(pattern, do any) {
	name := runtime.FuncForPC(reflect.ValueOf(do).Pointer()).Name()
	name = strings.TrimSuffix(name[strings.LastIndex(name, ".")+1:], "-fm")
	v[pattern.(string)+"\x00"+name] = expressions()[pattern.(string)]
}

// Each step is a documented method, and the examples in its doc are sentences of exactly one step: its own.
func TestEveryStepIsDocumentedByAnExample(t *testing.T) {
	known := vocabulary{}
	new(World).steps(known)
	docs := methodDocs(t)
	documented := map[string]bool{}
	for method, doc := range docs {
		for _, example := range examples(doc) {
			var matching []string
			for key, expr := range known {
				if expr.MatchString(example) {
					matching = append(matching, key[strings.Index(key, "\x00")+1:])
				}
			}
			if len(matching) != 1 {
				t.Errorf("%s: the example %q is matched by %v", method, example, matching)
				continue
			}
			if matching[0] == method {
				documented[method] = true
			}
		}
	}
	for key := range known {
		expr, method, _ := strings.Cut(key, "\x00")
		if !documented[method] && !strings.Contains(docs[method], "ending in") {
			t.Errorf("%s (%s) has no example of its own in its doc", method, expr)
		}
	}
}

var sentence = regexp.MustCompile(`(?m)^\t(?:Given|When|Then|And) (.*)$`)

func examples(doc string) []string {
	var list []string
	for _, m := range sentence.FindAllStringSubmatch(doc, -1) {
		list = append(list, m[1])
	}
	return list
}

// methodDocs are the docs of the World's methods.
func methodDocs(t *testing.T) map[string]string {
	t.Helper()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	docs := map[string]string{}
	for _, entry := range files {
		if !strings.HasSuffix(entry.Name(), ".go") {
			continue
		}
		file, err := parser.ParseFile(gotoken.NewFileSet(), entry.Name(), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil {
				docs[f.Name.Name] = f.Doc.Text()
			}
		}
	}
	return docs
}

func TestAct(t *testing.T) {
	for who, want := range map[string]actor{
		"I": {Member, false}, "I try to": {Member, true},
		"the administrator": {Admin, false}, "the administrator tries to": {Admin, true},
		"a stranger": {Foreign, false}, "a stranger tries to": {Foreign, true},
	} {
		if got := act(who); got != want {
			t.Errorf("%q is %+v, want %+v", who, got, want)
		}
	}
}
