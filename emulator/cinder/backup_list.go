package cinder

import (
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

type backupsOut[V any] struct {
	Backups []V    `json:"backups"`
	Links   []link `json:"backups_links,omitempty"`
	Count   *int   `json:"count,omitempty"` // since 3.45, when asked for
}

// backupList serves GET /backups. API reference: Block Storage v3, "List backups for project".
func (s *Service) backupList(c *httpapi.Call) (backupsOut[backupBrief], error) {
	return listBackups(s, c, "backups", func(b *Backup) backupBrief { return newBackupBrief(c, b) })
}

// backupListDetail serves GET /backups/detail. API reference: Block Storage v3, "List backups with detail".
func (s *Service) backupListDetail(c *httpapi.Call) (backupsOut[backupView], error) {
	return listBackups(s, c, "backups/detail", backupViews(c))
}

func listBackups[V any](s *Service, c *httpapi.Call, collection string, view func(*Backup) V) (backupsOut[V], error) {
	out := backupsOut[V]{Backups: []V{}}
	q, err := s.backupQueryOf(c)
	if err != nil {
		return out, err
	}
	r := s.db.View()
	var marker *Backup
	if q.HasMarker {
		b, err := s.backupKnownTo(c, r, q.Marker)
		if err != nil {
			return out, err
		}
		marker = &b
	}
	page, err := s.backups.page(r, q, backupOrdering, marker)
	if err != nil {
		return out, err
	}
	for i := range page {
		out.Backups = append(out.Backups, view(&page[i]))
	}
	length := len(page)
	if q.count {
		n := s.backups.counted(r, q)
		out.Count, length = &n, max(n, length)
	}
	if len(page) > 0 {
		out.Links = s.nextLink(c, collection, page[len(page)-1].ID, length)
	}
	return out, nil
}

// backupFields are the columns of upstream's table of backups.
var backupFields = columns[Backup]{
	"id":                    func(b *Backup) any { return b.ID },
	"user_id":               func(b *Backup) any { return b.UserID },
	"project_id":            func(b *Backup) any { return b.ProjectID },
	"volume_id":             func(b *Backup) any { return b.VolumeID },
	"host":                  func(*Backup) any { return nil },
	"availability_zone":     func(b *Backup) any { return textOrNil(b.Zone) },
	"display_name":          func(b *Backup) any { return textOf(b.Name) },
	"display_description":   func(b *Backup) any { return textOf(b.Description) },
	"container":             func(b *Backup) any { return textOf(b.Container) },
	"parent_id":             func(b *Backup) any { return textOrNil(b.ParentID) },
	"status":                func(b *Backup) any { return string(b.Status) },
	"fail_reason":           func(b *Backup) any { return textOrNil(b.FailReason) },
	"service_metadata":      func(b *Backup) any { return textOrNil(b.ServiceMetadata) },
	"service":               func(b *Backup) any { return textOrNil(b.Service) },
	"size":                  func(b *Backup) any { return b.Size },
	"object_count":          func(b *Backup) any { return b.ObjectCount },
	"num_dependent_backups": func(b *Backup) any { return b.Dependents },
	"snapshot_id":           func(b *Backup) any { return textOrNil(b.SnapshotID) },
	"data_timestamp":        func(b *Backup) any { return timeOrNil(b.DataTimestamp) },
	"restore_volume_id":     func(b *Backup) any { return textOrNil(b.RestoreVolumeID) },
	"encryption_key_id":     func(b *Backup) any { return textOrNil(b.EncryptionKeyID) },
	"created_at":            func(b *Backup) any { return b.CreatedAt },
	"updated_at":            func(b *Backup) any { return timeOrNil(b.UpdatedAt) },
}

// backupOrdering makes comparisons of the columns.
var backupOrdering = backupFields.ordering()

// backupQueryOf reads the query of a list of backups (api/contrib/backups.py, _get_backups).
func (s *Service) backupQueryOf(c *httpapi.Call) (listQuery[Backup], error) {
	q := listQuery[Backup]{project: c.Auth.ProjectID}
	var err error
	if q.paging, err = s.pagingOf(c); err != nil {
		return q, err
	}
	if q.sort, err = sortingOf(c, "created_at"); err != nil {
		return q, err
	}
	if c.Version.AtLeast(mvBackupSortName) {
		for i := range q.sort {
			if q.sort[i].Name == "name" {
				q.sort[i].Name = "display_name"
			}
		}
	}
	var params []param
	if q.count, params, err = countAsked(c, slices.DeleteFunc(paramsOf(c), isPagingParam)); err != nil {
		return q, err
	}
	if params, err = backupFilters(c, params); err != nil {
		return q, err
	}
	if err := c.Authorize(nil); err != nil {
		return q, err
	}
	for _, p := range params {
		switch {
		case p.Name == "all_tenants":
			all, err := strictBool(p.Value)
			if err != nil {
				return q, fail.New(fail.Invalid, "all_tenants must be a boolean, got '%s'.", p.Value)
			}
			if all && isAdmin(c) {
				q.project = ""
			}
			continue
		case p.Name == "name":
			p.Name = "display_name"
		}
		condition, err := backupCondition(p)
		if err != nil {
			return q, err
		}
		q.require(condition)
	}
	return q, nil
}

// backupFilters leaves out, or refuses, what the caller may not filter by.
func backupFilters(c *httpapi.Call, params []param) ([]param, error) {
	if c.Version.AtLeast(mvResourceFilter) {
		params, err := rejectInvalidFilters(c, params, "backup")
		return convertFilters(params), err
	}
	return slices.DeleteFunc(params, func(p param) bool {
		return !isAdmin(c) && !slices.Contains([]string{"name", "status", "volume_id"}, p.Name)
	}), nil
}

func backupCondition(p param) (func(*Backup) bool, error) {
	if strings.HasSuffix(p.Name, "~") {
		return likeCondition(backupFields, p), nil
	}
	return wordCondition(backupFields, p)
}
