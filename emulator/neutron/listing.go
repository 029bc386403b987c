package neutron

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// query is what a list is asked for (neutron/api/api_common.py).
type query struct {
	filters map[string][]string
	fields  []string
	sorts   []sortBy
	limit   int // 0: all
	marker  string
	reverse bool
}

type sortBy struct {
	key  string
	down bool
}

type link struct {
	Rel  string `json:"rel"`
	Href string `json:"href"`
}

func readQuery(c *httpapi.Call, attrs []attribute) (query, error) {
	q := query{filters: map[string][]string{}, fields: fieldsOf(c)}
	var invalid []string
	for _, name := range keysInOrder(c.Request.URL.RawQuery) {
		values := c.Query()[name]
		switch name {
		case "fields", "sort_key", "sort_dir", "limit", "marker", "page_reverse":
			continue
		}
		i := slices.IndexFunc(attrs, func(a attribute) bool { return a.name == canonical(name) && a.filters })
		if i < 0 {
			invalid = append(invalid, name)
			continue
		}
		if attrs[i].kindOfBoolean() {
			for j, v := range values {
				truth, err := boolean(v)
				if err != nil {
					return q, err
				}
				values = slices.Clone(values)
				values[j] = schema.Str(truth)
			}
		}
		q.filters[canonical(name)] = values
	}
	if len(invalid) > 0 {
		return q, badRequest("%s is invalid attribute for filtering", listed(invalid))
	}
	return q, q.readOrder(c, attrs)
}

// readOrder reads sorting and paging. Without a limit there are no pages, and the marker counts for nothing.
func (q *query) readOrder(c *httpapi.Call, attrs []attribute) error {
	if text := c.Query().Get("limit"); c.Query().Has("limit") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return raised(fail.Invalid, "BadRequest", "Bad limit request: Limit must be an integer 0 or greater and not '%s'.", text)
		}
		q.limit = n
	}
	keys, dirs := said(c, "sort_key"), said(c, "sort_dir")
	if len(keys) != len(dirs) {
		return badRequest("The number of sort_keys and sort_dirs must be same")
	}
	var absent, wrong []string
	for i, key := range keys {
		if !slices.ContainsFunc(attrs, func(a attribute) bool { return a.name == canonical(key) && a.sorts }) {
			absent = append(absent, key)
		}
		if dirs[i] != "asc" && dirs[i] != "desc" {
			wrong = append(wrong, dirs[i])
		}
		q.sorts = append(q.sorts, sortBy{canonical(key), dirs[i] == "desc"})
	}
	switch {
	case len(absent) > 0:
		return badRequest("%s is invalid attribute for sort_keys", listed(absent))
	case len(wrong) > 0:
		return badRequest("%s is invalid value for sort_dirs, valid value is 'asc' and 'desc'", listed(wrong))
	}
	q.sorts = append(q.sorts, sortBy{key: "id"})
	q.marker, q.reverse = c.Query().Get("marker"), strings.EqualFold(c.Query().Get("page_reverse"), "true")
	return nil
}

func (a attribute) kindOfBoolean() bool {
	return slices.Contains([]string{"admin_state_up", "shared", "router:external", "enable_dhcp"}, a.name)
}

// canonical is the one name of an attribute that has two.
func canonical(name string) string {
	if name == "tenant_id" {
		return "project_id"
	}
	return name
}

func said(c *httpapi.Call, name string) []string {
	return slices.DeleteFunc(slices.Clone(c.Query()[name]), func(v string) bool { return v == "" })
}

func fieldsOf(c *httpapi.Call) []string { return said(c, "fields") }

// listed is a list of strings as Python prints it.
func listed(names []string) string { return "['" + strings.Join(names, "', '") + "']" }

// page answers a list: of the views that the caller may see, those that are asked for.
func page(c *httpapi.Call, collection string, attrs []attribute, views []schema.Dict) (schema.Dict, error) {
	q, err := readQuery(c, attrs)
	if err != nil {
		return nil, err
	}
	views = slices.DeleteFunc(views, func(v schema.Dict) bool { return !q.wants(v) })
	slices.SortStableFunc(views, q.compare)
	views = q.cut(views)
	out := make([]schema.Dict, 0, len(views))
	for _, v := range views {
		out = append(out, only(q.fields, v))
	}
	body := schema.Dict{{Key: collection, Value: out}}
	if links := q.links(c, views); len(links) > 0 {
		body = append(body, schema.Pair{Key: collection + "_links", Value: links})
	}
	return body, nil
}

// wants tells whether a resource passes all filters, of each any of its values.
func (q query) wants(v schema.Dict) bool {
	for name, values := range q.filters {
		have, _ := v.Get(name)
		if !slices.ContainsFunc(values, func(want string) bool { return holds(have, want) }) {
			return false
		}
	}
	return true
}

func holds(have schema.Value, want string) bool {
	switch have := have.(type) {
	case []string:
		return slices.Contains(have, want)
	case []fixedIP:
		key, value, _ := strings.Cut(want, "=")
		return slices.ContainsFunc(have, func(ip fixedIP) bool {
			switch key {
			case "ip_address":
				return ip.Address == value
			case "subnet_id":
				return ip.SubnetID == value
			}
			return false
		})
	case nil:
		return want == ""
	}
	return schema.Str(have) == want
}

func (q query) compare(a, b schema.Dict) int {
	for _, by := range q.sorts {
		x, _ := a.Get(by.key)
		y, _ := b.Get(by.key)
		order := compareValues(x, y)
		if by.down {
			order = -order
		}
		if order != 0 {
			return order
		}
	}
	return 0
}

func compareValues(x, y schema.Value) int {
	if a, ok := x.(int); ok {
		if b, ok := y.(int); ok {
			return cmp.Compare(a, b)
		}
	}
	return cmp.Compare(textOf(x), textOf(y))
}

// textOf is a value to sort by; null comes first.
func textOf(v schema.Value) string {
	if v == nil {
		return ""
	}
	return schema.Str(v)
}

// cut gives the page behind the marker, or before it in reverse. A marker that is not there counts for nothing: upstream
// looks for it, and goes on without (neutron/objects/base.py, Pager).
func (q query) cut(views []schema.Dict) []schema.Dict {
	if q.limit == 0 {
		return views
	}
	at := slices.IndexFunc(views, func(v schema.Dict) bool { return q.marker != "" && idOf(v) == q.marker })
	if q.reverse {
		if at < 0 {
			at = len(views)
		}
		return views[max(at-q.limit, 0):at]
	}
	return views[at+1 : min(at+1+q.limit, len(views))]
}

func idOf(v schema.Dict) string {
	id, _ := v.Get("id")
	text, _ := id.(string)
	return text
}

// links lead to the pages around this one. A page that is full has another behind it, for all that anybody knows.
func (q query) links(c *httpapi.Call, views []schema.Dict) []link {
	if q.limit == 0 {
		return nil
	}
	var links []link
	full := len(views) >= q.limit
	if full || q.reverse {
		links = append(links, link{"next", q.address(c, views, len(views)-1, false)})
	}
	if full || !q.reverse {
		links = append(links, link{"previous", q.address(c, views, 0, true)})
	}
	return links
}

func (q query) address(c *httpapi.Call, views []schema.Dict, at int, reverse bool) string {
	var parts []string
	for pair := range strings.SplitSeq(c.Request.URL.RawQuery, "&") {
		key, _, _ := strings.Cut(pair, "=")
		if pair != "" && key != "marker" && key != "page_reverse" {
			parts = append(parts, pair)
		}
	}
	if len(views) > 0 {
		parts = append(parts, "marker="+url.QueryEscape(idOf(views[at])))
	}
	if reverse {
		parts = append(parts, "page_reverse=True")
	}
	return c.URL(c.Path) + "?" + strings.Join(parts, "&")
}

// only leaves the fields that are asked for.
func only(fields []string, v schema.Dict) schema.Dict {
	if len(fields) == 0 {
		return v
	}
	return slices.DeleteFunc(slices.Clone(v), func(p schema.Pair) bool { return !slices.Contains(fields, p.Key) })
}

// keysInOrder are the names of a query's parameters, each once.
func keysInOrder(raw string) []string {
	var keys []string
	for pair := range strings.SplitSeq(raw, "&") {
		key, _, _ := strings.Cut(pair, "=")
		key, err := url.QueryUnescape(key)
		if err == nil && key != "" && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}
