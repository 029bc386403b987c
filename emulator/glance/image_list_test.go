package glance_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// names lists what an answer has, by the images' names.
func (c *cloud) names(a answer) string {
	c.t.Helper()
	var page struct {
		Images []struct{ Name *string }
	}
	if err := json.Unmarshal([]byte(a.body), &page); err != nil || a.status != 200 {
		c.t.Fatalf("%d %s", a.status, a.body)
	}
	var names []string
	for _, i := range page.Images {
		if i.Name == nil {
			names = append(names, "null")
		} else {
			names = append(names, *i.Name)
		}
	}
	return strings.Join(names, " ")
}

func listed(t *testing.T) *cloud {
	c := newCloud(t, empty(), release.Latest)
	c.create("admin", `{"name": "one", "tags": ["t", "z"], "disk_format": "raw", "container_format": "bare", "min_ram": 512, "foo": "1"}`)
	c.create("admin", `{"name": "two", "tags": ["t"], "visibility": "public", "protected": true, "min_disk": 3}`)
	c.create("admin", `{"name": "three, or", "os_hidden": true}`)
	c.create("demo", `{"name": null, "visibility": "community"}`)
	c.create("demo", `{"name": "mine", "visibility": "private"}`)
	c.upload("admin", c.create("admin", `{"name": "full", "disk_format": "raw", "container_format": "bare"}`), "abcd")
	return c
}

func TestListFilters(t *testing.T) {
	c := listed(t)
	for query, want := range map[string]string{
		"":                                   "full mine two one",
		"os_hidden=true":                     "three, or",
		"os_hidden=FALSE":                    "full mine two one",
		"protected=true":                     "two",
		"name=one":                           "one",
		"name=":                              "",
		"name=eq:one":                        "one",
		"name=in:one,two":                    "two one",
		`name=in:"one","two"`:                "two one",
		`os_hidden=true&name=in:"three, or"`: "three, or",
		"status=active":                      "full",
		"status=in:active,queued":            "full mine two one",
		"disk_format=raw":                    "full one",
		"container_format=in:bare,ovf":       "full one",
		"tag=t":                              "two one",
		"tag=t&tag=z":                        "one",
		"foo=1":                              "one",
		"foo=2":                              "",
		"min_ram=512":                        "one",
		"min_disk_min=3":                     "two",
		"size_min=4":                         "full",
		"size_min=5":                         "",
		"size_max=4":                         "full",
		"owner=demo-project":                 "mine",
		"visibility=public":                  "two",
		"visibility=community":               "null",
		"visibility=private":                 "mine",
		"visibility=all":                     "full mine null two one",
		"visibility=":                        "",
		"created_at=gt:2020-01-01T00:00:00Z": "full mine two one",
		"created_at=lt:2020-01-01":           "",
		"created_at=2026-11-22T15:00:01Z":    "one",
		"created_at=neq:2026-11-22T17:00:01%2B02:00": "full mine two",
		"deleted=true": "full mine two one",
		"checksum=e2fc714c4727ee9395f324cd2e7f331f": "full",
		"sort=name:asc":                            "full mine one two",
		"sort_key=name&sort_dir=asc":               "full mine one two",
		"sort_key=name":                            "two one mine full",
		"sort=size,name:asc":                       "full mine one two",
		"sort_dir=asc":                             "one two mine full",
		"limit=2":                                  "full mine",
		"limit=0":                                  "",
		"limit=1_0":                                "full mine two one",
		"limit=99999999999999999999999":            "full mine two one",
		"limit=1&limit=2":                          "", // the second one is a property to look for
		"foo=1;tag=z":                              "one",
		"foo=%31&&bar%":                            "",
		"visibility=all&visibility=public":         "two", // both must fit
		"visibility=public&visibility=private":     "",
		"created_at=gt:2020-01-01T00:00:00%2B2359": "full mine two one",
		"deleted_at=2020-01-01":                    "",
	} {
		t.Run(query, func(t *testing.T) {
			c.t = t
			if got := c.names(c.do("admin", "GET", "/v2/images?"+strings.ReplaceAll(query, " ", "%20"), "")); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// The messages are those of the reference cloud.
func TestListRefusals(t *testing.T) {
	c := listed(t)
	const (
		died      = "The server has either erred or is incapable of performing the requested operation."
		undecoded = "Error decoding your request. Either the URL or the request body contained characters that could not be decoded by Glance"
	)
	for _, row := range []struct {
		query   string
		status  int
		message string
	}{
		{"limit=x", 400, "limit param must be an integer"},
		{"limit=", 400, "limit param must be an integer"},
		{"limit=-1", 400, "limit param must be positive"},
		{"marker=nope", 400, "No image found with ID nope"},
		{"marker=" + strings.Repeat("n", 40), 400, "Image with the given id %(image_id)s was not found"},
		{"sort_key=foo", 400, "Invalid sort key: foo. It must be one of the following: name, status, container_format, disk_format, size, id, created_at, updated_at."},
		{"sort=name:zzz", 400, "Invalid sort direction: zzz"},
		{"sort=name&sort_key=name", 400, "Old and new sorting syntax cannot be combined"},
		{"sort_key=name&sort_dir=asc&sort_dir=desc", 400, "Number of sort dirs does not match the number of sort keys"},
		{"visibility=zz", 400, "Invalid visibility value: zz"},
		{"member_status=zz", 400, "Invalid status: zz"},
		{"os_hidden=zz", 400, "Invalid value 'zz' for 'os_hidden' filter. Valid values are 'true' or 'false'."},
		{"protected=TRUE", 400, "Invalid value 'TRUE' for 'protected' filter. Valid values are 'true' or 'false'."},
		{"changes-since=zz", 400, `The "changes-since" filter is no longer available on v2.`},
		{"size_min=x", 400, "Unable to filter on a range with a non-numeric value."},
		{"created_at=gt:x", 400, `Bad "created_at" query filter format. Use ISO 8601 DateTime notation.`},
		{"created_at=zz:2020-01-01T00:00:00Z", 400, "Unable to filter on a unknown operator."},
		{"name=zz:x", 400, "Unable to filter by unknown operator 'zz'."},
		{`name=in:"a`, 400, `Invalid filter value "a. The quote is not closed.`},
		{`name=in:a"b"`, 400, `Invalid filter value a"b". There is no comma before opening quotation mark.`},
		{`name=in:"b"a`, 400, `Invalid filter value "b"a. There is no comma after closing quotation mark.`},
		{"created_at=gt:2020-01-01T00:00:00%2B99:99", 400, `Bad "created_at" query filter format. Use ISO 8601 DateTime notation.`},
		{"created_at=gt:0001-01-01T00:00:00%2B23:00", 500, died},
		{"created_at=gt:9999-12-31T23:59:59-23:00", 500, died},
		{"foo_max=1", 500, died},
		{"properties=x", 500, died},
		{"members=x", 500, died},
		{"locations=", 500, died},
		{"changes-since=", 500, died},
		{"deleted_at=x", 500, died},
		{"foo=%80", 400, undecoded},
		{"limit=x&%80=1", 400, undecoded},
	} {
		c.want(c.do("admin", "GET", "/v2/images?"+row.query, ""), row.status, row.message)
	}
}

func TestListPages(t *testing.T) {
	c := newCloud(t, empty(), release.Latest)
	for i := range 60 {
		c.create("demo", fmt.Sprintf(`{"name": "n%02d", "tags": ["t"]}`, i%7))
	}
	for _, query := range []string{"limit=7", "limit=7&sort=name:asc", "limit=7&sort=name:desc,created_at:asc", ""} {
		seen := map[string]bool{}
		next := "/v2/images?tag=t&" + query
		pages := 0
		for ; next != "" && pages < 20; pages++ {
			var page struct {
				Images []struct{ ID string }
				Next   string
				First  string
			}
			a := c.do("demo", "GET", next, "")
			if err := json.Unmarshal([]byte(a.body), &page); err != nil {
				t.Fatal(err)
			}
			for _, i := range page.Images {
				if seen[i.ID] {
					t.Fatalf("%s is on two pages", i.ID)
				}
				seen[i.ID] = true
			}
			if strings.Contains(page.First, "marker") || !strings.HasPrefix(page.First, "/v2/images?tag=t") {
				t.Errorf("first: %s", page.First)
			}
			next = page.Next
		}
		if len(seen) != 60 {
			t.Errorf("%q: %d images on %d pages", query, len(seen), pages)
		}
	}
	a := c.do("demo", "GET", "/v2/images?limit=1&name=in:n01,x&b=c%20d&b=e", "")
	if got := c.field(a, "first"); got != "/v2/images?limit=1&name=in%3An01%2Cx&b=e" {
		t.Errorf("first: %v", got)
	}
}

func TestListsAreOfWhatOneMaySee(t *testing.T) {
	c := listed(t)
	shared := c.create("alt", `{"name": "shared"}`)
	c.want(c.do("alt", "POST", "/v2/images/"+shared+"/members", `{"member": "demo-project"}`), 200, "")
	for _, row := range []struct{ user, query, want string }{
		{"demo", "", "mine null two"},
		{"demo", "visibility=community", "null"},
		{"demo", "member_status=pending", "shared mine null two"},
		{"demo", "visibility=shared&member_status=all", "shared"},
		{"alt", "", "shared two"},
		{"alt", "visibility=all", "shared null two"},
		{"alt", "visibility=private", ""},
		{"looker", "", "two"},
		{"admin", "visibility=private", "mine"},
	} {
		if got := c.names(c.do(row.user, "GET", "/v2/images?"+row.query, "")); got != row.want {
			t.Errorf("%s %q: got %q, want %q", row.user, row.query, got, row.want)
		}
	}
	c.want(c.do("nova", "GET", "/v2/images", ""), 403, "You are not authorized to complete get_images action.")
	c.want(c.do("looker", "GET", "/v2/images?marker="+shared, ""), 403, "Forbidding request, image "+shared+" not visible")
}
