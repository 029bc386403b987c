package cinder

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// volumeFields are the columns of upstream's table of volumes, by which administrators may filter and everybody sort.
// A value is a string, an int, a bool, a time, or nil.
var volumeFields = map[string]func(v *Volume) any{
	"id":                  func(v *Volume) any { return v.ID },
	"_name_id":            none,
	"user_id":             func(v *Volume) any { return v.UserID },
	"project_id":          func(v *Volume) any { return v.ProjectID },
	"snapshot_id":         none,
	"source_volid":        func(v *Volume) any { return textOrNil(v.SourceID) },
	"cluster_name":        none,
	"host":                func(v *Volume) any { return textOrNil(v.Host) },
	"size":                func(v *Volume) any { return v.Size },
	"availability_zone":   func(v *Volume) any { return textOrNil(v.Zone) },
	"status":              func(v *Volume) any { return string(v.Status) },
	"previous_status":     func(v *Volume) any { return textOrNil(string(v.PreviousStatus)) },
	"attach_status":       func(v *Volume) any { return v.AttachStatus },
	"migration_status":    func(v *Volume) any { return textOrNil(v.MigrationStatus) },
	"scheduled_at":        func(v *Volume) any { return v.ScheduledAt },
	"launched_at":         func(v *Volume) any { return v.LaunchedAt },
	"created_at":          func(v *Volume) any { return v.CreatedAt },
	"updated_at":          func(v *Volume) any { return v.UpdatedAt },
	"terminated_at":       none,
	"display_name":        func(v *Volume) any { return textOf(v.Name) },
	"display_description": func(v *Volume) any { return textOf(v.Description) },
	"provider_location":   none,
	"provider_id":         none,
	"volume_type_id":      func(v *Volume) any { return v.TypeID },
	"encryption_key_id":   func(v *Volume) any { return textOrNil(v.EncryptionKeyID) },
	"replication_status":  none,
	"bootable":            func(v *Volume) any { return v.Bootable },
	"multiattach":         func(v *Volume) any { return v.Multiattach },
	"consistencygroup_id": none,
	"group_id":            none,
	"service_uuid":        func(v *Volume) any { return textOrNil(v.ServiceUUID) },
	"shared_targets":      func(v *Volume) any { return v.SharedTargets },
	"use_quota":           func(v *Volume) any { return !v.NoQuota },
}

func none(*Volume) any { return nil }

func textOrNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func textOf(s *string) any {
	if s == nil {
		return nil
	}
	return *s
}

// volumeOrdering makes comparisons of the fields. Nothing comes first, as in SQLite.
var volumeOrdering = func() ordering[Volume] {
	known := ordering[Volume]{
		// Quirk: these are relations upstream, by which sorting does nothing.
		"volume_type": func(_, _ *Volume) int { return 0 },
	}
	for name, field := range volumeFields {
		known[name] = func(a, b *Volume) int { return compareFields(field(a), field(b)) }
	}
	return known
}()

func compareFields(a, b any) int {
	if a == nil || b == nil {
		return cmp.Compare(btoi(a != nil), btoi(b != nil))
	}
	switch a := a.(type) {
	case string:
		return strings.Compare(a, b.(string))
	case int:
		return cmp.Compare(a, b.(int))
	case bool:
		return cmp.Compare(btoi(a), btoi(b.(bool)))
	case time.Time:
		return a.Compare(b.(time.Time))
	}
	return 0
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// volumeQueryOf reads the query of a list of volumes (api/v3/volumes.py, _get_volumes).
func (s *Service) volumeQueryOf(c *httpapi.Call) (volumeQuery, error) {
	q := volumeQuery{project: c.Auth.ProjectID}
	var err error
	if q.paging, err = s.pagingOf(c); err != nil {
		return q, err
	}
	if q.sort, err = sortingOf(c, "created_at", true); err != nil {
		return q, err
	}
	for i := range q.sort {
		if q.sort[i].Name == "name" {
			q.sort[i].Name = "display_name"
		}
	}
	params := slices.DeleteFunc(paramsOf(c), isPagingParam)
	if c.Version.AtLeast(mvCountInfo) {
		if i := slices.IndexFunc(params, func(p param) bool { return p.Name == "with_count" }); i >= 0 {
			if q.count, err = queryBool("with_count", params[i].Value); err != nil {
				return q, err
			}
			params = slices.Delete(params, i, i+1)
		}
	}
	if params, err = generalFilters(c, params); err != nil {
		return q, err
	}
	return s.withFilters(c, q, params)
}

func isPagingParam(p param) bool {
	return slices.Contains([]string{"limit", "marker", "offset", "sort", "sort_key", "sort_dir"}, p.Name)
}

// generalFilters leaves out, or refuses, what the caller may not filter by.
func generalFilters(c *httpapi.Call, params []param) ([]param, error) {
	if c.Version.AtLeast(mvResourceFilter) {
		params, err := rejectInvalidFilters(c, params, "volume")
		for i := range params {
			switch params[i].Name {
			case "name~", "description~":
				params[i].Name = "display_" + params[i].Name
			case "consumes_quota":
				params[i].Name = "use_quota"
			}
		}
		return params, err
	}
	admin, known := isAdmin(c), resourceFilters("volume")
	return slices.DeleteFunc(params, func(p param) bool {
		switch {
		case p.Name == "glance_metadata" && !c.Version.AtLeast(mvVolumeListGlanceMetadata),
			p.Name == "group_id" && !c.Version.AtLeast(mvVolumeListGroup),
			p.Name == "created_at", p.Name == "updated_at", p.Name == "use_quota":
			return true
		}
		return !admin && !slices.Contains(known, p.Name)
	}), nil
}

// withFilters turns parameters into a condition on volumes.
func (s *Service) withFilters(c *httpapi.Call, q volumeQuery, params []param) (volumeQuery, error) {
	var conditions []func(*Volume) bool
	for _, p := range params {
		if p.Name == "all_tenants" {
			all, err := queryBool("all_tenants", p.Value)
			if err != nil {
				return q, err
			}
			if all && isAdmin(c) {
				q.project = ""
				continue
			}
			// Quirk: what is not taken out is no field of volumes, so that nothing is found.
			q.nothing = true
			continue
		}
		if p.Name == "name" {
			p.Name = "display_name"
		}
		condition, err := volumeCondition(c, p)
		if err != nil {
			return q, err
		}
		if condition == nil {
			q.nothing = true
			continue
		}
		conditions = append(conditions, condition)
	}
	if len(conditions) > 0 {
		q.filter = func(v *Volume) bool {
			for _, holds := range conditions {
				if !holds(v) {
					return false
				}
			}
			return true
		}
	}
	return q, nil
}

// volumeCondition is what one parameter asks of volumes; nil if no volume can meet it.
func volumeCondition(c *httpapi.Call, p param) (func(*Volume) bool, error) {
	switch {
	case p.Name == "created_at" || p.Name == "updated_at":
		return timeCondition(p)
	case p.Name == "use_quota":
		want, err := queryBool("use_quota", p.Value)
		return func(v *Volume) bool { return v.NoQuota != want }, err
	case p.Name == "metadata":
		return metadataCondition(p.Value, func(v *Volume) []map[string]string { return []map[string]string{v.Metadata, v.AdminMetadata} }), nil
	case p.Name == "glance_metadata":
		return metadataCondition(p.Value, func(v *Volume) []map[string]string { return []map[string]string{v.ImageMetadata} }), nil
	case strings.HasSuffix(p.Name, "~"):
		return likeCondition(p), nil
	case p.Name == "host":
		return hostCondition(p.Value), nil
	}
	field := volumeFields[p.Name]
	if field == nil {
		return nil, nil
	}
	if _, ok := field(new(Volume)).(bool); ok {
		want, err := boolFilter(c, p)
		return func(v *Volume) bool { return field(v) == want }, err
	}
	return equalCondition(p, field)
}

// boolFilter reads a filter by a boolean; before 3.2 whatever does not say false is true.
func boolFilter(c *httpapi.Call, p param) (bool, error) {
	if c.Version.AtLeast(mvVolumeListBootable) {
		b, err := strictBool(p.Value)
		if err != nil {
			return false, fail.New(fail.Invalid, "Invalid input received: '%s = %s'", p.Name, p.Value)
		}
		return b, nil
	}
	return p.Value != "" && !slices.Contains([]string{"False", "false", "FALSE"}, p.Value), nil
}

// equalCondition compares a field with a value, or with any of a list of values.
func equalCondition(p param, field func(*Volume) any) (func(*Volume) bool, error) {
	var wants []any
	literal, err := pyLiteral(p.Value)
	switch list := literal.(type) {
	case []any:
		wants = list
	case pyTuple:
		wants = list
	default:
		if err != nil || p.Name == "display_name" {
			literal = p.Value
		}
		wants = []any{literal}
	}
	if _, isNumber := field(new(Volume)).(int); isNumber {
		for i, want := range wants {
			n, err := pythonInt(pyText(want))
			if err != nil {
				// Departure: upstream's database breaks on this, which answers 500.
				return nil, fail.New(fail.Invalid, badRequest)
			}
			wants[i] = n
		}
	}
	return func(v *Volume) bool {
		have := field(v)
		for _, want := range wants {
			if have == want || have != nil && want != nil && pyText(have) == pyText(want) {
				return true
			}
		}
		return false
	}, nil
}

// hostCondition accepts a host, and every pool of it when only the backend is named.
func hostCondition(host string) func(*Volume) bool {
	return func(v *Volume) bool { return v.Host == host || strings.HasPrefix(v.Host, host+"#") }
}

// likeCondition looks for a part of a field, whatever the case, with SQL's wildcards.
func likeCondition(p param) func(*Volume) bool {
	field := volumeFields[strings.TrimRight(p.Name, "~")]
	if field == nil {
		return nil
	}
	pattern := "%" + strings.ToLower(p.Value) + "%"
	return func(v *Volume) bool { return sqlLike(strings.ToLower(pyText(field(v))), pattern) }
}

// sqlLike matches a text with a pattern in which % stands for any characters and _ for one.
func sqlLike(text, pattern string) bool {
	t, p := []rune(text), []rune(pattern)
	ti, star, mark := 0, -1, 0
	pi := 0
	for ti < len(t) {
		switch {
		case pi < len(p) && p[pi] == '%':
			star, mark = pi, ti
			pi++
		case pi < len(p) && (p[pi] == '_' || p[pi] == t[ti]):
			ti++
			pi++
		case star >= 0:
			mark++
			ti, pi = mark, star+1
		default:
			return false
		}
	}
	for pi < len(p) && p[pi] == '%' {
		pi++
	}
	return pi == len(p)
}

// metadataCondition asks for all the keys and values of a dict; anything else finds nothing.
func metadataCondition(value string, of func(*Volume) []map[string]string) func(*Volume) bool {
	literal, err := pyLiteral(value)
	want, ok := literal.(map[string]any)
	if err != nil || !ok {
		return nil
	}
	return func(v *Volume) bool {
		for key, value := range want {
			found := slices.ContainsFunc(of(v), func(m map[string]string) bool {
				have, ok := m[key]
				return ok && have == pyText(value)
			})
			if !found {
				return false
			}
		}
		return true
	}
}

// timeCondition reads "gt:2020-01-01T00:00:00,lt:2021-01-01T00:00:00", since 3.60.
func timeCondition(p param) (func(*Volume) bool, error) {
	field := volumeFields[p.Name]
	var conditions []func(time.Time) bool
	for unit := range strings.SplitSeq(p.Value, ",") {
		operator, text, ok := strings.Cut(unit, ":")
		if !slices.Contains([]string{"gt", "gte", "eq", "neq", "lt", "lte"}, operator) {
			return nil, fail.New(fail.Invalid, "Invalid %s operator", operator)
		}
		if !ok {
			text = operator
		}
		at, err := parseISOTime(text)
		if err != nil {
			return nil, fail.New(fail.Invalid, "Invalid %s value", text)
		}
		conditions = append(conditions, func(t time.Time) bool { return timeHolds(t.Compare(at), operator) })
	}
	return func(v *Volume) bool {
		t, _ := field(v).(time.Time)
		return !t.IsZero() && !slices.ContainsFunc(conditions, func(holds func(time.Time) bool) bool { return !holds(t) })
	}, nil
}

func timeHolds(order int, operator string) bool {
	switch operator {
	case "gt":
		return order > 0
	case "gte":
		return order >= 0
	case "eq":
		return order == 0
	case "neq":
		return order != 0
	case "lt":
		return order < 0
	}
	return order <= 0
}
