package httpapi

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
)

// redactedBody is what becomes of a request's body.
func redactedBody(body string) string {
	return string(Entry{RequestBody: []byte(body)}.WithoutSecrets().RequestBody)
}

func TestRequestBodiesWithoutSecrets(t *testing.T) {
	for _, row := range []struct{ name, body, want string }{
		{"nothing secret", `{"volume": {"name": "a", "size": 1}}`, `{"volume": {"name": "a", "size": 1}}`},
		{
			"a password", `{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "demo", "password": "hunter2"}}}}}`,
			`{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "demo", "password": "***"}}}}}`,
		},
		{"a token", `{"auth": {"identity": {"methods": ["token"], "token": {"id": "gAAA"}}}}`, `{"auth": {"identity": {"methods": ["token"], "token": {"id": "***"}}}}`},
		{"a token as text", `{"token": "gAAA"}`, `{"token": "***"}`},
		{
			"an application credential", `{"application_credential": {"id": "a1", "secret": "s"}}`,
			`{"application_credential": {"id": "a1", "secret": "***"}}`,
		},
		{"a transfer", `{"accept": {"auth_key": "9266c59563c84664"}}`, `{"accept": {"auth_key": "***"}}`},
		{
			"a connection", `{"connection_info": {"data": {"auth_username": "u", "auth_password": "p", "discovery_auth_password": "q", "keyring": "k", "target_portal": "t"}}}`,
			`{"connection_info": {"data": {"auth_username": "u", "auth_password": "***", "discovery_auth_password": "***", "keyring": "***", "target_portal": "t"}}}`,
		},
		{"keys of encryption", `{"encryption_key_id": "id", "encryption_key": "k", "passphrase": "p"}`, `{"encryption_key_id": "id", "encryption_key": "***", "passphrase": "***"}`},
		{"names however they are written", `{"adminPass": "a", "Original-Password": "b", "pass\u0077ord": "c"}`, `{"adminPass": "***", "Original-Password": "***", "pass\u0077ord": "***"}`},
		{"escapes", `{"password": "a\"b\\"}`, `{"password": "***"}`},
		{"numbers", `{"passcode": 123456, "secret": null, "password": true}`, `{"passcode": "***", "secret": null, "password": true}`},
		{"objects and lists", `{"blob": {"access": "a", "x": ["}"]}, "secrets": ["a", {"b": 1}], "n": 1}`, `{"blob": "***", "secrets": "***", "n": 1}`},
		{"a list", `[{"op": "replace", "path": "/password", "password": "x"}]`, `[{"op": "replace", "path": "/password", "password": "***"}]`},
		{"JSON in a string", `{"user_data": "{\"password\": \"hunter2\", \"a\": 1}"}`, `{"user_data": "{\"password\": \"***\", \"a\": 1}"}`},
		{"an address", `{"uri": "https://me:hunter2@host/a?b=1"}`, `{"uri": "https://***@host/a?b=1"}`},
		{"when it ends and who it is", `{"password_expires_at": "2030", "secret_ref": "r"}`, `{"password_expires_at": "2030", "secret_ref": "r"}`},
		{"cut in a secret", `{"a": 1, "password": "hunt`, `{"a": 1, "password": "***"`},
		{"cut in an escape", `{"name": "x\u00`, `{"name": "x\u00`},
		{"cut in an object", `{"blob": {"access": "a", "b`, `{"blob": "***"`},
		{"cut in a name", `{"a": 1, "pass`, `{"a": 1, "pass`},
		{"cut before a value", `{"password":`, `{"password":`},
		{"broken before a secret", `{"a": 1 "password": "hunter2"}`, `{"a": 1 (22 bytes that are not JSON)`},
		{"a value that is none", `{"password": hunter2}`, `{"password": "***"}`},
		{"more than JSON", `{"a": 1} password=hunter2`, `{"a": 1} (16 bytes that are not JSON)`},
		{"a form", `password=hunter2`, `(16 bytes that are not JSON)`},
		{"nothing", ``, ``},
		{"deep", strings.Repeat(`[`, 9000), strings.Repeat(`[`, 9000)},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := redactedBody(row.body); got != row.want {
				t.Errorf("\n got: %s\nwant: %s", got, row.want)
			}
		})
	}
}

// Answers that repeat what they refuse do not give it away.
func TestSecretsAreNotRepeated(t *testing.T) {
	e := Entry{
		URL:            "/v3/x?secret=a1&name=b&x=hunter2%26more",
		RequestHeader:  http.Header{"X-Auth-Token": {"gAAAAtoken"}, "x-service-token": {"gService"}, "Cookie": {"c=1"}, "Referer": {"http://a:b@c/"}},
		ResponseHeader: http.Header{"X-Subject-Token": {"gSubject"}, "Set-Cookie": {"s=2"}, "Location": {"/v3/gAAAAtoken"}},
		RequestBody:    []byte(`{"user": {"name": "demo", "password": "hunter2&more", "original_password": "demo"}}`),
		ResponseBody: []byte(`{"error": {"message": "'hunter2&more' is too short. demo is not demo's, and demon is no word", "echo": "hunter2&more",` +
			` "name": "demo", "raw": "{\"a\": \"hunter2&more\"}", "token": "gAAAAtoken"}}`),
	}
	got := e.WithoutSecrets()
	if want := "/v3/x?secret=***&name=b&x=***"; got.URL != want {
		t.Errorf("URL %s, want %s", got.URL, want)
	}
	want := `{"error": {"message": "'***' is too short. *** is not ***'s, and demon is no word", "echo": "***",` +
		` "name": "demo", "raw": "{\"a\": \"***\"}", "token": "***"}}`
	if string(got.ResponseBody) != want {
		t.Errorf("\n got: %s\nwant: %s", got.ResponseBody, want)
	}
	for _, h := range []http.Header{got.RequestHeader, got.ResponseHeader} {
		for name, values := range h {
			if !strings.Contains(values[0], redacted) {
				t.Errorf("%s: %s", name, values[0])
			}
		}
	}
	page := Entry{RequestBody: e.RequestBody, ResponseBody: []byte("<p>hunter2&more</p>")}.WithoutSecrets()
	if string(page.ResponseBody) != "<p>***</p>" {
		t.Errorf("a page: %s", page.ResponseBody)
	}
	form := Entry{ResponseBody: []byte("oauth_token=ab&oauth_token_secret=cd&oauth_expires_at=2026")}.WithoutSecrets()
	if string(form.ResponseBody) != "oauth_token=***&oauth_token_secret=***&oauth_expires_at=2026" {
		t.Errorf("a form: %s", form.ResponseBody)
	}
	if string(e.RequestHeader.Get("X-Auth-Token")) != "gAAAAtoken" || !strings.Contains(string(e.RequestBody), "hunter2") {
		t.Error("the entry itself must stay as it was")
	}
}

// planter writes JSON with a secret under the names of secrets, at any depth, in any spelling.
type planter struct {
	*rand.Rand
	secret string
}

var plantedUnder = []string{
	"password", "original_password", "adminPass", "secret", "passcode", "auth_key", "auth_password", "token", "authToken",
	"encryption_key", "private_key", "client_secret", "Password", "pass\\u0077ord", "blob",
}

func (p planter) pick(list ...string) string { return list[p.IntN(len(list))] }

func (p planter) space() string { return p.pick("", "", " ", "\n\t") }

func (p planter) text(s string) string {
	b, _ := json.Marshal(s)
	if p.IntN(3) > 0 || len(s) == 0 {
		return string(b)
	}
	var out strings.Builder
	for _, r := range s { // every letter by its number
		if r > 0xffff {
			return string(b)
		}
		fmt.Fprintf(&out, `\u%04x`, r)
	}
	return `"` + out.String() + `"`
}

func (p planter) value(depth int) string {
	if depth <= 0 {
		return p.pick(`1`, `"plain"`, `null`, `true`, `-1.5e3`, `""`)
	}
	switch p.IntN(4) {
	case 0:
		return "[" + p.value(depth-1) + p.space() + "," + p.value(depth-1) + "]"
	case 1:
		inner := p.value(depth - 1)
		if inner[0] == '{' || inner[0] == '[' {
			b, _ := json.Marshal(inner)
			return string(b)
		}
		return inner
	}
	return p.object(depth)
}

func (p planter) object(depth int) string {
	members := []string{
		`"name":` + p.space() + p.value(depth-1),
		`"` + p.pick(plantedUnder...) + `"` + p.space() + ":" + p.space() + p.planted(),
		`"other"` + p.space() + `:` + p.value(depth-1),
	}
	p.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	return "{" + p.space() + strings.Join(members, p.space()+","+p.space()) + p.space() + "}"
}

func (p planter) planted() string {
	switch p.IntN(5) {
	case 0:
		return `[` + p.text(p.secret) + `,{"x":` + p.text(p.secret) + `}]`
	case 1:
		return `{"id":` + p.text(p.secret) + `,"secret":` + p.text(p.secret) + `}`
	}
	return p.text(p.secret)
}

// FuzzNoPlantedSecretComesOut plants a secret in requests and in what the answer repeats, cuts both anywhere, and looks for
// it, or its beginning, in what is shown.
func FuzzNoPlantedSecretComesOut(f *testing.F) {
	f.Add(uint64(1), "hunter2", uint16(0), uint16(0))
	f.Add(uint64(2), `a"b\c'd`, uint16(30), uint16(20))
	f.Add(uint64(3), "пароль & <more>", uint16(100), uint16(9))
	f.Fuzz(func(t *testing.T, seed uint64, secret string, cutIn, cutOut uint16) {
		secret = "%%S" + strings.ToValidUTF8(secret, "?") + "S%%" // like nothing else in the bodies
		p := planter{rand.New(rand.NewPCG(seed, 0)), secret}
		in := p.object(4)
		out := `{"error":{"message":` + p.text("Invalid input: '"+secret+"' is bad") + `,"list":[` + p.text(secret) + `],"raw":` + p.value(3) + `}}`
		entry := Entry{
			RequestHeader: http.Header{"X-Auth-Token": {secret}}, ResponseHeader: http.Header{"X-Subject-Token": {secret}, "X-Echo": {secret}},
			RequestBody: cutAt(in, cutIn), ResponseBody: cutAt(out, cutOut), URL: "/v3/x?token=" + secret,
		}
		shown := entry.WithoutSecrets()
		text := fmt.Sprint(shown.RequestHeader, shown.ResponseHeader, shown.URL, string(shown.RequestBody), readAll(shown.RequestBody), string(shown.ResponseBody), readAll(shown.ResponseBody))
		if strings.Contains(text, secret) || len(secret) > 12 && strings.Contains(text, secret[:10]) {
			t.Errorf("%q came out:\n%s\n%s\n-> %s", secret, entry.RequestBody, entry.ResponseBody, text)
		}
		if cutIn == 0 && !json.Valid(shown.RequestBody) {
			t.Errorf("whole JSON became %s", shown.RequestBody)
		}
	})
}

func cutAt(body string, n uint16) []byte {
	if n == 0 || int(n) >= len(body) {
		return []byte(body)
	}
	return []byte(body[:n])
}

// readAll is what the strings of JSON say, those within strings too.
func readAll(body []byte) string {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return ""
	}
	var b strings.Builder
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			b.WriteString(v + "\n" + readAll([]byte(v)))
		case []any:
			for _, item := range v {
				walk(item)
			}
		case map[string]any:
			for key, item := range v {
				b.WriteString(key + "\n")
				walk(item)
			}
		}
	}
	walk(v)
	return b.String()
}

// FuzzBodiesOfAnySort shows that no body breaks the reader of the log.
func FuzzBodiesOfAnySort(f *testing.F) {
	f.Add([]byte(`{"password": "x", "a": [1, {"b": "{\"c\": 1}"}]}`))
	f.Add([]byte(`{"a": "\`))
	f.Add([]byte("[\"\xff\", tru"))
	f.Fuzz(func(t *testing.T, body []byte) {
		shown := Entry{RequestBody: body, ResponseBody: body}.WithoutSecrets()
		if json.Valid(body) && looksLikeJSON(body) && !json.Valid(shown.RequestBody) {
			t.Errorf("%s became %s", body, shown.RequestBody)
		}
	})
}

func BenchmarkWithoutSecrets(b *testing.B) {
	e := Entry{
		URL: "/v3/x", RequestHeader: http.Header{"X-Auth-Token": {strings.Repeat("g", 180)}, "Accept": {"application/json"}},
		RequestBody:  []byte(`{"volume": {"name": "boot", "size": 1, "metadata": {"a": "b"}}}`),
		ResponseBody: []byte(`{"volume": {"id": "` + strings.Repeat("a", 36) + `", "status": "creating", "links": [` + strings.Repeat(`{"rel": "self", "href": "http://x/y"},`, 20) + `{}]}}`),
	}
	b.ReportAllocs()
	for b.Loop() {
		e.WithoutSecrets()
	}
}
