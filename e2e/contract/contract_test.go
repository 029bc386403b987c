package contract

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

const thing = `
paths:
  /v2/things:
    get:
      operationId: things:get
      responses:
        '200':
          headers: {X-Total: {schema: {type: string}}}
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Things'}
  /v2/things/{id}:
    get: {operationId: 'things/id:get', responses: {'200': {description: any}}}
    delete: {operationId: 'things/id:delete', responses: {'204': {description: gone}}}
  /v2/things/special:
    get: {operationId: 'things/special:get', responses: {'200': {description: any}}}
components:
  schemas:
    Things:
      type: object
      required: [things]
      additionalProperties: false
      properties:
        things:
          type: array
          items:
            type: object
            properties:
              id: {type: string, format: uuid}
              either:
                x-openstack: {discriminator: microversion}
                oneOf: [{type: integer}, {type: number}]
`

func checker(t *testing.T) *Checker {
	t.Helper()
	var content map[string]any
	if err := yaml.Unmarshal([]byte(thing), &content); err != nil {
		t.Fatal(err)
	}
	d, err := newDocument("thing", content)
	if err != nil {
		t.Fatal(err)
	}
	c := &Checker{documents: map[string]*document{"/thing": d}, known: map[[4]string]int{}}
	c.report.Operations, c.report.Outside = map[string]int{}, map[string]int{}
	return c
}

func TestDifferencesAreFound(t *testing.T) {
	const id = "5f7a3e4c-9b1f-4a58-8d0e-0c1d2e3f4a5b"
	for name, c := range map[string]struct {
		method, path string
		status       int
		body         string
		want         []string // pointer and message
	}{
		"as it should be":        {"GET", "/v2/things", 200, `{"things": [{"id": "` + id + `", "either": 1}]}`, nil},
		"ids without dashes":     {"GET", "/v2/things", 200, `{"things": [{"id": "` + strings.ReplaceAll(id, "-", "") + `"}]}`, nil},
		"wrong type, many times": {"GET", "/v2/things", 200, `{"things": [{"id": 1}, {"id": 2}]}`, []string{"/things/*/id got number, want string"}},
		"missing":                {"GET", "/v2/things", 200, `{}`, []string{"/things is missing"}},
		"too much":               {"GET", "/v2/things", 200, `{"things": [], "more": 1, "most": 2}`, []string{"/more is not in the schema", "/most is not in the schema"}},
		"no JSON":                {"GET", "/v2/things", 200, `{`, []string{" is not JSON: unexpected EOF"}},
		"no such status":         {"DELETE", "/v2/things/1", 202, ``, []string{" status 202 is not listed"}},
		"wrong status, and body": {"GET", "/v2/things", 202, `{}`, []string{" status 202 is not listed", "/things is missing"}},
		"a refusal":              {"DELETE", "/v2/things/1", 404, `{}`, nil},
		"a failure":              {"DELETE", "/v2/things/1", 500, `{}`, []string{" is a failure of the service"}},
		"not emulated":           {"DELETE", "/v2/things/1", 501, `{}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			check := checker(t)
			server := httptest.NewServer(check.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.Header().Set("X-Total", "1")
				w.WriteHeader(c.status)
				io.WriteString(w, c.body)
			})))
			defer server.Close()
			r, err := http.NewRequest(c.method, server.URL+"/thing"+c.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			if body, _ := io.ReadAll(answer.Body); string(body) != c.body {
				t.Errorf("the client got %q", body)
			}
			answer.Body.Close()
			var got []string
			for _, d := range check.Report().Differences {
				got = append(got, d.Pointer+" "+d.Message)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestHeadersThatAreListedMustBeThere(t *testing.T) {
	c := checker(t)
	c.check(answer{"GET", "/thing/v2/things", 200, http.Header{"Content-Type": {"application/json"}}, []byte(`{"things": []}`), true})
	if d := c.Report().Differences; len(d) != 1 || d[0].Message != "header X-Total is missing" {
		t.Errorf("%+v", d)
	}
}

func TestFixedWordsWinOverVariables(t *testing.T) {
	d := checker(t).documents["/thing"]
	for path, want := range map[string]string{"v2/things/special": "things/special:get", "/v2/things/other/": "things/id:get"} {
		if op := d.find("HEAD", path); op == nil || op.ID != want {
			t.Errorf("%s is %+v, want %s", path, op, want)
		}
	}
	if op := d.find("POST", "/v2/things/special"); op != nil {
		t.Errorf("POST is %s", op.ID)
	}
}

func TestMistakesExplainDifferencesOrAreTooMany(t *testing.T) {
	file := filepath.Join(t.TempDir(), "known.yaml")
	text := `[{operations: ["thing things:get", "thing other/*"], pointer: /id, message: want string, reason: r, evidence: e}]`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	known, err := ReadKnown(file)
	if err != nil {
		t.Fatal(err)
	}
	r := Report{Differences: []Difference{
		{Service: "thing", Operation: "things:get", Pointer: "/things/*/id", Message: "got null, want string"},
		{Service: "thing", Operation: "things:get", Pointer: "/things/*/name", Message: "got null, want string"},
		{Service: "sack", Operation: "sacks:get", Pointer: "/x", Message: "is missing"},
	}}
	var told strings.Builder
	if n := r.Summary(&told, known, "thing"); n != 1 || !strings.Contains(told.String(), "/things/*/name") || strings.Contains(told.String(), "/things/*/id") {
		t.Errorf("%d of:\n%s", n, told.String())
	}
	if unused := known.Unused("thing"); len(unused) != 1 || !strings.HasPrefix(unused[0], "thing other/* ") {
		t.Errorf("unused: %q", unused)
	}
	if unused := known.Unused("sack"); len(unused) != 0 {
		t.Errorf("unused: %q", unused)
	}
}
