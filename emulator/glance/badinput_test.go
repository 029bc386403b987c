package glance_test

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// knownToDie tells of the input by which upstream itself dies, as the reference cloud showed: an array for a new image, for an
// import, or for a metadata definition, and any body where none is expected, but nobody has said so.
func knownToDie(op, body string) bool {
	if !json.Valid([]byte(body)) {
		return false
	}
	array := strings.HasPrefix(body, "[")
	if (array || strings.HasPrefix(body, "{")) && diesOfBodies.MatchString(op) {
		return true
	}
	return array && (op == "glance.images.create" || op == "glance.images.import" || strings.HasPrefix(op, "glance.metadef_"))
}

// goodAsItIs are the operations that "{}", or nothing, is good input for.
var goodAsItIs = map[string]bool{"glance.images.create": true, "glance.cache.clear": true, "glance.cache.prune": true}

// diesOfBodies matches the operations of which upstream forgot to say that they take no body.
var diesOfBodies = regexp.MustCompile(`^glance\.(cache\..*|usage\.show|locations\.list|metadef_.*\.delete_all|metadef_properties\.delete)$`)

var pathVariable = regexp.MustCompile(`\{\w+\}`)

// Whatever comes in, no operation answers 5xx unless upstream does, and nothing changes.
func TestBadInput(t *testing.T) {
	cfg := empty()
	cfg.ImageCacheDir = "/cache"
	c := newCloud(t, cfg, release.Latest)
	id := c.active("abc")
	ids := []string{"nope", id + "x", strings.Repeat("x", 5000), "%00", "..%2F..%2Fetc", "a%2Fb", "%ff%fe", "日本", "'; DROP TABLE images;--"}
	bodies := []string{
		"", "{", "[]", "{}", "null", "3", `"x"`, "[[]]", `{"x":`, "\xff\xfe", strings.Repeat("[", 100_000), `{"name": {"a": [1, 2]}}`,
		`[{"op": "add", "path": "/` + strings.Repeat("a/", 1000) + `", "value": 1}]`, `{"member": "` + strings.Repeat("x", 300_000) + `"`,
		`{"status": {}}`, `{"id": 5, "tags": 7, "size": "x"}`, strings.Repeat("x", 9<<20),
	}
	before := c.db.Snapshot()
	for _, row := range httpapi.Rows(c.API()) {
		if !row.Emulated || row.Op == "glance.images.upload" {
			continue
		}
		for _, bad := range ids {
			path := pathVariable.ReplaceAllLiteralString(row.Path, escaped(bad))
			for _, body := range bodies {
				if bad != ids[0] && (row.Method == "GET" && body != "" || len(body) > 1000) {
					continue
				}
				for _, media := range []string{"application/json", patch10} {
					a := c.do("admin", row.Method, path, body, "Content-Type", media)
					if a.status >= 500 && !knownToDie(row.Op, body) {
						t.Errorf("%s %s: %.60q: %d %s", row.Method, path, body, a.status, a.body)
					}
					if a.status < 300 && goodAsItIs[row.Op] {
						_ = c.db.Restore(before)
					}
				}
			}
		}
		for _, query := range []string{
			"?limit=-1", "?limit=99999999999999999999", "?marker=%00", "?marker=" + strings.Repeat("x", 9000), "?name=in:%22", "?sort=,,,",
			"?a=%zz&b=%", "?created_at=gt:9999999", "?size_min=1e9", "?tag=" + strings.Repeat("t", 9000), "?" + strings.Repeat("a=b&", 5000),
		} {
			if a := c.do("admin", row.Method, pathVariable.ReplaceAllLiteralString(row.Path, "nope")+query, ""); a.status >= 500 {
				t.Errorf("%s %s%.60s: %d %s", row.Method, row.Path, query, a.status, a.body)
			} else if a.status < 300 && goodAsItIs[row.Op] {
				_ = c.db.Restore(before)
			}
		}
	}
	for _, bad := range ids {
		for media, status := range map[string]int{"text/plain": 415, octets: 404} {
			a := c.do("admin", "PUT", "/v2/images/"+escaped(bad)+"/file", "abc", "Content-Type", media)
			if a.status != status && a.status != 404 {
				t.Errorf("%s: %d %s", bad, a.status, a.body)
			}
		}
	}
	if c.db.Snapshot() != before {
		t.Error("something changed")
	}
}

func escaped(id string) string {
	if strings.Contains(id, "%") {
		return id
	}
	return url.PathEscape(id)
}
