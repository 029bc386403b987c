package keystone

import "github.com/fauxstack/fauxstack/emulator/internal/state"

// RegisteredLimit is how much of a resource of a service every project may have, -1 for as much as it likes.
type RegisteredLimit struct {
	ID           string
	ServiceID    string
	RegionID     string
	ResourceName string
	DefaultLimit int
	Description  *string
}

// Limit is how much one project, or a domain, may have instead.
type Limit struct {
	ID            string
	ProjectID     string // or
	DomainID      string
	RegisteredID  string
	ResourceLimit int
	Description   *string
}

func (l *RegisteredLimit) attribute(name string) (any, bool) {
	switch name {
	case "service_id":
		return l.ServiceID, true
	case "region_id":
		return orNull(l.RegionID), true
	case "resource_name":
		return l.ResourceName, true
	}
	return nil, false
}

// limitRow is a limit with what it is a limit of, as lists filter it.
type limitRow struct {
	Limit
	of RegisteredLimit
}

func (l *limitRow) attribute(name string) (any, bool) {
	switch name {
	case "project_id":
		return orNull(l.ProjectID), true
	case "domain_id":
		return orNull(l.DomainID), true
	}
	return l.of.attribute(name)
}

type registeredLimitView struct {
	ID           string   `json:"id"`
	ServiceID    string   `json:"service_id"`
	RegionID     *string  `json:"region_id"`
	ResourceName string   `json:"resource_name"`
	DefaultLimit int      `json:"default_limit"`
	Description  *string  `json:"description"`
	Links        selfLink `json:"links"`
}

func newRegisteredLimitView(l RegisteredLimit, collection string) registeredLimitView {
	return registeredLimitView{
		l.ID, l.ServiceID, orNull(l.RegionID), l.ResourceName, l.DefaultLimit, l.Description, selfLink{collection + "/" + l.ID},
	}
}

type limitView struct {
	ID            string   `json:"id"`
	ProjectID     *string  `json:"project_id"`
	DomainID      *string  `json:"domain_id"`
	ServiceID     string   `json:"service_id"`
	RegionID      *string  `json:"region_id"`
	ResourceName  string   `json:"resource_name"`
	ResourceLimit int      `json:"resource_limit"`
	Description   *string  `json:"description"`
	Links         selfLink `json:"links"`
}

func newLimitView(l limitRow, collection string) limitView {
	return limitView{
		l.ID, orNull(l.ProjectID), orNull(l.DomainID), l.of.ServiceID, orNull(l.of.RegionID), l.of.ResourceName,
		l.ResourceLimit, l.Description,
		selfLink{collection + "/" + l.ID},
	}
}

// bareLimitView is a limit within something else.
type bareLimitView struct {
	limitView
	Links *selfLink `json:"links,omitempty"` // hides those of a limit, and is never there
}

// limitsOf are the limits of a project, as a list of projects shows them.
func (t *tables) limitsOf(r state.Reader, projectID string) any {
	shown := []bareLimitView{}
	for l := range t.limits.All(r) {
		if l.ProjectID == projectID {
			row, _ := t.limitRow(r, l.ID)
			shown = append(shown, bareLimitView{limitView: newLimitView(row, "")})
		}
	}
	return shown
}

func (t *tables) limitRow(r state.Reader, id string) (limitRow, bool) {
	l, ok := t.limits.Get(r, id)
	of, _ := t.registeredLimits.Get(r, l.RegisteredID) // stays as long as there is a limit
	return limitRow{l, of}, ok
}

// UnifiedLimit is how much a project may have of a resource of a service, by the service's type: its own limit, or the
// registered one; false when nothing is registered.
func (s *Service) UnifiedLimit(projectID, serviceType, resource string) (int, bool) {
	view := s.db.View()
	for of := range s.registeredLimits.All(view) {
		service, _ := s.services.Get(view, of.ServiceID)
		if of.ResourceName != resource || service.Type != serviceType {
			continue
		}
		for l := range s.limits.All(view) {
			if l.RegisteredID == of.ID && l.ProjectID == projectID {
				return l.ResourceLimit, true
			}
		}
		return of.DefaultLimit, true
	}
	return 0, false
}
