package cinder

import (
	"iter"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// volumeFields are the columns of upstream's table of volumes, by which administrators may filter and everybody sort.
var volumeFields = columns[Volume]{
	"id":                  func(v *Volume) any { return v.ID },
	"_name_id":            func(v *Volume) any { return textOrNil(v.NameID) },
	"user_id":             func(v *Volume) any { return v.UserID },
	"project_id":          func(v *Volume) any { return v.ProjectID },
	"snapshot_id":         func(v *Volume) any { return textOrNil(v.SnapshotID) },
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
	"group_id":            func(v *Volume) any { return textOrNil(v.GroupID) },
	"service_uuid":        func(v *Volume) any { return textOrNil(v.ServiceUUID) },
	"shared_targets":      func(v *Volume) any { return v.SharedTargets },
	"use_quota":           func(v *Volume) any { return !v.NoQuota },
}

func none(*Volume) any { return nil }

// volumeOrdering makes comparisons of the fields.
var volumeOrdering = func() ordering[Volume] {
	known := volumeFields.ordering()
	// Quirk: this is a relation upstream, by which sorting does nothing.
	known["volume_type"] = func(_, _ *Volume) int { return 0 }
	return known
}()

// volumeQueryOf reads the query of a list of volumes (api/v3/volumes.py, _get_volumes).
func (s *Service) volumeQueryOf(c *httpapi.Call) (volumeQuery, error) {
	q := volumeQuery{project: c.Auth.ProjectID}
	var err error
	if q.paging, err = s.pagingOf(c); err != nil {
		return q, err
	}
	if q.sort, err = sortingOf(c, "created_at"); err != nil {
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
		if named(p) {
			q.few = func(r state.Reader) iter.Seq[Volume] { return s.volumesNamed(r, p.Value) }
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
	if !isAdmin(c) && s.hasMigrationTargets(s.db.View()) {
		conditions = append(conditions, func(v *Volume) bool { return !v.isMigrationTarget() })
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

// named tells whether a parameter asks for a name, and not for one of a list of names.
func named(p param) bool {
	if p.Name != "display_name" || p.Value == "" {
		return false
	}
	switch literal, _ := pyLiteral(p.Value); literal.(type) {
	case []any, pyTuple:
		return false
	}
	return true
}

// volumeCondition is what one parameter asks of volumes; nil if no volume can meet it.
func volumeCondition(c *httpapi.Call, p param) (func(*Volume) bool, error) {
	switch {
	case p.Name == "created_at" || p.Name == "updated_at":
		return timeCondition(volumeFields, p)
	case p.Name == "use_quota":
		want, err := queryBool("use_quota", p.Value)
		return func(v *Volume) bool { return v.NoQuota != want }, err
	case p.Name == "metadata":
		return metadataCondition(p.Value, func(v *Volume) []map[string]string { return []map[string]string{v.Metadata, v.AdminMetadata} }), nil
	case p.Name == "glance_metadata":
		return metadataCondition(p.Value, func(v *Volume) []map[string]string { return []map[string]string{v.ImageMetadata} }), nil
	case strings.HasSuffix(p.Name, "~"):
		return likeCondition(volumeFields, p), nil
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

// hostCondition accepts a host, and every pool of it when only the backend is named.
func hostCondition(host string) func(*Volume) bool {
	return func(v *Volume) bool { return v.Host == host || strings.HasPrefix(v.Host, host+"#") }
}
