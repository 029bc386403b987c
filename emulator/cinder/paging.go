package cinder

import (
	"math"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// maxInt is the greatest number that upstream's database holds.
const maxInt = math.MaxInt32

// paging is which part of a list is asked for.
type paging struct {
	Marker string // id of the last item the client has seen; "" and HasMarker false when there is none
	Limit  int
	Offset int

	HasMarker bool
}

// pagingOf reads limit, marker and offset (cinder/api/common.py). The first of several values counts.
func (s *Service) pagingOf(c *httpapi.Call) (paging, error) {
	q := c.Query()
	if text, err := url.QueryUnescape(c.Request.URL.RawQuery); err == nil && !utf8.ValidString(text) {
		return paging{}, fail.New(fail.Invalid, "Error decoding your request. Either the URL or the request body contained characters "+
			"that could not be decoded by Cinder.")
	}
	p := paging{Limit: s.cfg.MaxLimit}
	if v, ok := firstOf(q, "limit"); ok {
		n, err := pythonInt(v)
		if err != nil {
			return p, fail.New(fail.Invalid, "limit param must be an integer")
		}
		if n < 0 {
			return p, fail.New(fail.Invalid, "limit param must be positive")
		}
		p.Limit = min(n, s.cfg.MaxLimit)
	}
	p.Marker, p.HasMarker = firstOf(q, "marker")
	if v, ok := firstOf(q, "offset"); ok {
		n, err := validateInteger(v, "offset", 0, maxInt)
		if err != nil {
			return p, err
		}
		p.Offset = n
	}
	return p, nil
}

// firstOf is what upstream finds where it takes a parameter out of a query, lastOf where it looks at one.
func firstOf(q url.Values, name string) (string, bool) { return q.Get(name), q.Has(name) }

func lastOf(q url.Values, name string) (string, bool) {
	all := q[name]
	if len(all) == 0 {
		return "", false
	}
	return all[len(all)-1], true
}

var pythonInteger = regexp.MustCompile(`^\s*[+-]?[0-9]+(_[0-9]+)*\s*$`)

// pythonInt reads what Python's int() reads, ASCII digits only. Numbers beyond int are the greatest or least int.
func pythonInt(s string) (int, error) {
	if !pythonInteger.MatchString(s) {
		return 0, strconv.ErrSyntax
	}
	s = strings.ReplaceAll(strings.TrimSpace(s), "_", "")
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil { // out of range: n is the nearest
		return int(n), nil
	}
	return int(n), nil
}

// validateInteger words what is wrong with a number as oslo.utils does for Cinder.
func validateInteger(value, name string, least, greatest int) (int, error) {
	n, err := pythonInt(value)
	switch {
	case err != nil:
		return 0, fail.New(fail.Invalid, "%s must be an integer", name)
	case n < least:
		return 0, fail.New(fail.Invalid, "%s must be >= %d", name, least)
	case n > greatest:
		return 0, fail.New(fail.Invalid, "%s must be <= %d", name, greatest)
	}
	return n, nil
}

// sortingOf reads sort, or sort_key and sort_dir (cinder/api/common.py). Names and directions are not checked: upstream
// leaves that to its database layer, see ordering.
func sortingOf(c *httpapi.Call, defaultKey string) ([]sortSpec, error) {
	q := c.Query()
	const dir = "desc"
	sort, hasSort := firstOf(q, "sort")
	key, hasKey := firstOf(q, "sort_key")
	d, hasDir := firstOf(q, "sort_dir")
	if hasSort && (hasKey || hasDir) {
		return nil, fail.New(fail.Invalid, "The 'sort_key' and 'sort_dir' parameters are deprecated and cannot be used with the 'sort' parameter.")
	}
	if !hasSort {
		if !hasKey {
			key = defaultKey
		}
		if !hasDir {
			d = dir
		}
		return []sortSpec{{strings.TrimSpace(key), strings.TrimSpace(d)}}, nil
	}
	var specs []sortSpec
	for part := range strings.SplitSeq(strings.TrimSpace(sort), ",") {
		name, d, _ := strings.Cut(part, ":")
		if d == "" {
			d = dir
		}
		specs = append(specs, sortSpec{strings.TrimSpace(name), strings.TrimSpace(d)})
	}
	return specs, nil
}

// sortSpec is a key and a direction as the client spelt them.
type sortSpec struct{ Name, Dir string }

// link is one entry of a resource's links.
type link struct {
	Rel  string `json:"rel"`
	Href string `json:"href"`
}

// linksOf are the links of one thing in a collection, such as "volumes".
func linksOf(c *httpapi.Call, collection, id string) []link {
	base := projectInURL(c) + "/" + collection + "/" + id
	return []link{{"self", c.URL("/v3" + base)}, {"bookmark", c.URL(base)}}
}

// projectInURL is "/PROJECT" if the client's URL has it, for links to have it as well.
func projectInURL(c *httpapi.Call) string {
	if c.Auth != nil && c.Auth.ProjectID != "" && strings.Contains(c.Path, "/v3/"+c.Auth.ProjectID) {
		return "/" + c.Auth.ProjectID
	}
	return ""
}

// nextLink is the link to the next page of a collection, such as "volumes/detail": there is one when the page is as long
// as was asked for. count is the length of the whole list where that is known, else that of the page.
func (s *Service) nextLink(c *httpapi.Call, collection, lastID string, count int) []link {
	limit := s.cfg.MaxLimit
	if v, ok := firstOf(c.Query(), "limit"); ok {
		if n, err := pythonInt(v); err == nil {
			limit = min(n, limit)
		}
	}
	if lastID == "" || limit > count {
		return nil
	}
	return []link{{"next", c.URL("/v3"+projectInURL(c)+"/"+collection) + "?" + withMarker(c.Request.URL.RawQuery, lastID)}}
}

// withMarker puts a marker into a query, in the place of an earlier one, and keeps the order of the rest.
func withMarker(query, marker string) string {
	var out []string
	placed := false
	for pair := range strings.SplitSeq(query, "&") {
		k, v, _ := strings.Cut(pair, "=")
		key, errK := url.QueryUnescape(k)
		value, errV := url.QueryUnescape(v)
		switch {
		case pair == "" || errK != nil || errV != nil:
			continue
		case key == "marker" && placed:
			continue
		case key == "marker":
			value, placed = marker, true
		}
		out = append(out, url.QueryEscape(key)+"="+url.QueryEscape(value))
	}
	if !placed {
		out = append(out, "marker="+url.QueryEscape(marker))
	}
	return strings.Join(out, "&")
}
