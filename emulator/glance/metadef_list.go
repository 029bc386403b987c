package glance

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// namespaceListing is what a list of namespaces is asked for.
type namespaceListing struct {
	limit      int
	marker     string
	marked     bool
	key        string
	descending bool
	visibility *string
	types      []string // nil for any
}

// namespaceList serves a page of namespaces. API reference: Metadata Definition Namespaces, "List namespaces".
func (s *Service) namespaceList(c *httpapi.Call) (dict, error) {
	all, err := readQuery(c.Request.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	l, err := s.readNamespaceListing(all.clone())
	if err != nil {
		return nil, err
	}
	for _, rule := range []string{"get_metadef_namespaces", "list_metadef_resource_types"} {
		if err := authorizeMetadef(c, rule, nil); err != nil {
			return nil, err
		}
	}
	page, err := s.namespacePage(c, s.db.View(), l)
	if err != nil {
		return nil, err
	}
	views, last := list{}, ""
	for i := range page {
		n := &page[i]
		if !c.May("get_metadef_namespace", namespaceTarget{n, c.Auth.ProjectID}) {
			continue
		}
		var contents dict
		if len(n.Associations) > 0 {
			contents = dict{{"resource_type_associations", n.associationViews()}}
		}
		views, last = append(views, n.view(contents)), n.Name
	}
	out := dict{{"namespaces", views}}
	links := all.distinct()
	links.drop("marker")
	first := "/v2/metadefs/namespaces"
	if len(views) > 0 && len(views) == l.limit {
		out = append(out, schema.Pair{Key: "next", Value: first + "?" + append(links.clone(), param{"marker", last}).encode()})
	}
	if len(links) > 0 {
		first += "?" + links.encode()
	}
	return append(out, dict{{"schema", "/v2/schemas/metadefs/namespaces"}, {"first", first}}...), nil
}

// readNamespaceListing reads the query in upstream's order, and what it does not know it passes over.
// Quirk: upstream dies of a limit that is no number, of an empty marker, and of keys to sort by that it has not (reference).
func (s *Service) readNamespaceListing(q params) (namespaceListing, error) {
	l := namespaceListing{limit: s.cfg.LimitParamDefault, key: "created_at", descending: true}
	limit, limited := q.take("limit")
	l.marker, l.marked = q.take("marker")
	dir, directed := q.take("sort_dir")
	if limited {
		n, ok := pythonInt(limit)
		if !ok {
			return l, crash()
		}
		l.limit = int(max(-1, min(n, 1<<31)))
	}
	l.limit = min(l.limit, s.cfg.APILimitMax)
	if key, ok := q.take("sort_key"); ok {
		l.key = key
	}
	var err error
	if l.descending, err = readDirection(dir, directed); err != nil {
		return l, err
	}
	if v := q.last("visibility"); v != "" && v != string(Public) && v != string(Private) {
		return l, fail.New(fail.Invalid, "Invalid visibility value: %s", v)
	}
	if l.limit < 0 {
		return l, fail.New(fail.Invalid, "limit param must be positive")
	}
	if v, ok := q.take("visibility"); ok {
		l.visibility = &v
	}
	if v, ok := q.take("resource_types"); ok {
		l.types = strings.Split(v, ",")
	}
	if _, ok := namespaceField(&namespace{}, l.key); !ok || l.marked && l.marker == "" {
		return l, crash()
	}
	return l, nil
}

// readDirection reads sort_dir: down unless it says otherwise.
func readDirection(dir string, given bool) (descending bool, err error) {
	if given && dir != "asc" && dir != "desc" {
		return false, fail.New(fail.Invalid, "Invalid sort direction: %s", dir)
	}
	return dir != "asc", nil
}

// namespacePage collects the namespaces of a list.
func (s *Service) namespacePage(c *httpapi.Call, r state.Reader, l namespaceListing) ([]namespace, error) {
	var after *namespace
	if l.marked {
		marker, err := s.namespaceOf(c, r, l.marker)
		if errors.Is(err, errInvisible) {
			err = fail.New(fail.Forbidden, "Forbidding request, metadata definition namespace=%s is not visible.", l.marker)
		}
		if err != nil {
			return nil, err
		}
		after = &marker
	}
	var found []namespace
	for n := range s.metadefs.namespacesByAge.All(r) {
		if n.Visibility != Public && !isAdmin(c) && (c.Auth.ProjectID == "" || n.Owner != c.Auth.ProjectID) {
			continue
		}
		if l.wants(&n) && (after == nil || l.compare(&n, after) > 0) {
			found = append(found, n)
		}
	}
	found = state.Ordered(found, l.compare)
	return found[:min(l.limit, len(found))], nil
}

func (l *namespaceListing) wants(n *namespace) bool {
	if l.visibility != nil && *l.visibility != string(n.Visibility) {
		return false
	}
	return l.types == nil || slices.ContainsFunc(n.Associations, func(a association) bool { return slices.Contains(l.types, a.Name) })
}

func (l *namespaceListing) compare(a, b *namespace) int {
	x, _ := namespaceField(a, l.key)
	y, _ := namespaceField(b, l.key)
	order := cmp.Or(cmp.Compare(x, y), cmp.Compare(a.ID, b.ID))
	if l.descending {
		return -order
	}
	return order
}

// namespaceField is what lists are sorted by, as text; age stands behind all of it.
func namespaceField(n *namespace, key string) (string, bool) {
	switch key {
	case "id", "created_at":
		return "", true
	case "updated_at":
		return timeText(n.UpdatedAt), true
	case "namespace":
		return n.Name, true
	case "display_name":
		return orEmpty(n.DisplayName), true
	case "description":
		return orEmpty(n.Description), true
	case "visibility":
		return string(n.Visibility), true
	case "owner":
		return n.Owner, true
	case "protected":
		if n.Protected {
			return "1", true
		}
		return "0", true
	}
	return "", false
}

// timeText is a time whose order is that of its text.
func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000000")
}

// checkListing is what upstream makes of the query of a list in a namespace. Not all lists heed it.
func checkListing(q params, least int64) error {
	dir, directed := q.take("sort_dir")
	if _, err := readDirection(dir, directed); err != nil {
		return err
	}
	if v := q.last("visibility"); v != "" && !slices.Contains([]Visibility{Public, Private, Shared}, Visibility(v)) {
		return fail.New(fail.Invalid, "Invalid visibility value: %s", v)
	}
	limit, limited := q.take("limit")
	if !limited || limit == "" && least == 0 {
		return nil
	}
	n, ok := pythonInt(limit)
	if !ok {
		return fail.New(fail.Invalid, "limit param must be an integer")
	}
	if n < least {
		return fail.New(fail.Invalid, "limit param must be positive")
	}
	return nil
}
