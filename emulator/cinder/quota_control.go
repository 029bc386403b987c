package cinder

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// QuotaUse is a limit of a project and what the project has of it.
type QuotaUse struct {
	Limit int `json:"limit"` // -1: none
	InUse int `json:"in_use"`
}

// Quotas are a project's limits, by resource, such as volumes or gigabytes_TYPE.
func (s *Service) Quotas(project string) map[string]QuotaUse {
	view := s.db.View()
	out := map[string]QuotaUse{}
	for q := range s.quotaResources(view) {
		out[q.Name] = QuotaUse{s.quotaLimit(view, project, q.Name), q.inUse(s.usageOf(view, project, q.typ))}
	}
	return out
}

// SetQuotas sets limits of a project; resources that are not named keep theirs. Unlike the API, it does not mind limits
// below what is in use. Nothing changes when one of them is wrong.
func (s *Service) SetQuotas(project string, limits map[string]int) error {
	return s.db.Update(func(tx *state.Tx) error {
		var known []string
		for q := range s.quotaResources(tx) {
			known = append(known, q.Name)
		}
		for _, name := range slices.Sorted(maps.Keys(limits)) {
			limit := limits[name]
			switch {
			case !slices.Contains(known, name):
				return fmt.Errorf("quota %q: want one of %s", name, strings.Join(known, ", "))
			case limit < -1:
				return fmt.Errorf("quota %s of %d: want -1 (no limit) or more", name, limit)
			}
			s.quotas.Put(tx, QuotaLimit{Key: projectQuotaKey(project, name), Resource: name, Limit: limit})
		}
		return nil
	})
}
