package keystone

import (
	"iter"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// filter is what a list's query asks of one attribute.
type filter struct {
	attribute  string
	value      string
	comparator string // "" for equality
	fold       bool   // no difference between upper and lower case
}

// filtersOf reads the filters in a query: NAME=VALUE, and NAME__COMPARATOR=VALUE, where an i in front of the comparator
// makes it ignore case. Parameters of other names are not filters, and not wrong either.
func filtersOf(c *httpapi.Call, names ...string) []filter {
	var filters []filter
	for key, values := range c.Query() {
		name, comparator, inexact := strings.Cut(key, "__")
		if slices.Contains(names, key) {
			name, comparator = key, ""
		} else if !inexact || !slices.Contains(names, name) {
			continue
		}
		comparator, fold := strings.CutPrefix(comparator, "i")
		for _, value := range values {
			filters = append(filters, filter{name, value, comparator, fold})
		}
	}
	return filters
}

// accepts tells whether a row passes the filter. A comparator that nobody knows passes everything.
func (f *filter) accepts(value any, present bool) bool {
	if s, ok := value.(*string); ok {
		value = nil
		if s != nil {
			value = *s
		}
	}
	text, isText := value.(string)
	if f.comparator == "" {
		if b, ok := value.(bool); ok {
			return b == asBool(f.value, true)
		}
		return isText && text == f.value
	}
	if !present || !isText {
		return false
	}
	wanted := f.value
	if f.fold {
		text, wanted = strings.ToLower(text), strings.ToLower(wanted)
	}
	switch f.comparator {
	case "contains":
		return strings.Contains(text, wanted)
	case "startswith":
		return strings.HasPrefix(text, wanted)
	case "endswith":
		return strings.HasSuffix(text, wanted)
	}
	return true
}

// asBool reads a flag as oslo.utils does; what is neither true nor false is otherwise.
func asBool(s string, otherwise bool) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "1", "t", "true", "on", "y", "yes":
		return true
	case "0", "f", "false", "off", "n", "no":
		return false
	}
	return otherwise
}

// flagged tells whether a parameter is there and is not 0, as Keystone's own switches are read.
func flagged(c *httpapi.Call, name string) bool {
	values, there := c.Query()[name]
	return there && values[0] != "0"
}

// resource is a row that lists can filter.
type resource[V any] interface {
	*V
	attribute(name string) (any, bool)
}

// selected lists the rows that pass all filters.
func selected[V any, R resource[V]](rows iter.Seq[V], filters []filter) []V {
	var found []V
	for row := range rows {
		if passes[V, R](&row, filters) {
			found = append(found, row)
		}
	}
	return found
}

func passes[V any, R resource[V]](row *V, filters []filter) bool {
	for i := range filters {
		if value, present := R(row).attribute(filters[i].attribute); !filters[i].accepts(value, present) {
			return false
		}
	}
	return true
}

// listLinks are those of a collection.
type listLinks struct {
	Next     *string `json:"next"`
	Self     string  `json:"self"`
	Previous *string `json:"previous"` // always null: upstream has no way back
}

func linksOf(c *httpapi.Call) listLinks {
	self := c.URL(c.Path)
	if c.Request.URL.RawQuery != "" {
		self += "?" + c.Request.URL.RawQuery
	}
	return listLinks{Self: self}
}

// part is a part of a list, with what belongs to it.
type part[V any] struct {
	rows      []V
	links     listLinks
	truncated bool
}

// paged cuts from a list what the query asks for: up to limit rows, from behind the one with the id marker. The rows are
// in the order of their ids.
func paged[V any](s *Service, c *httpapi.Call, rows []V, id func(*V) string) (part[V], error) {
	p := part[V]{rows: rows, links: linksOf(c)}
	if !s.release.AtLeast(release.Epoxy) {
		return p, nil // older releases know neither parameter
	}
	query := c.Query()
	if marker := query.Get("marker"); marker != "" {
		i := slices.IndexFunc(rows, func(v V) bool { return id(&v) == marker })
		if i < 0 {
			return p, fail.New(fail.NotFound, "Marker %s could not be found.", marker)
		}
		p.rows = rows[i+1:]
	}
	limit := query.Get("limit")
	if limit == "" {
		return p, nil
	}
	n, err := strconv.Atoi(limit)
	if err != nil || n < 0 {
		// Quirk: upstream fails with 500 here; that is the one answer this emulator does not copy.
		return p, fail.New(fail.Invalid, "Invalid input for field/attribute limit. Value: %s. %s is not of type 'integer'",
			limit, schema.Repr(limit))
	}
	if n == 0 || len(p.rows) < n {
		return p, nil
	}
	// Quirk: a full page counts as cut off even when nothing follows it.
	p.rows, p.truncated = p.rows[:n], true
	next := url.Values{}
	for name, values := range query {
		next.Set(name, values[0])
	}
	next.Set("marker", id(&p.rows[n-1]))
	link := c.URL(c.Path) + "?" + next.Encode()
	p.links.Next = &link
	return p, nil
}

// views turns rows into what is shown of them; an empty list is a list.
func views[V, W any](rows []V, collection string, view func(V, string) W) []W {
	out := make([]W, 0, len(rows))
	for _, row := range rows {
		out = append(out, view(row, collection))
	}
	return out
}
