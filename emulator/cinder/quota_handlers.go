package cinder

import (
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// quotaSet are limits by resource, and "id" with the name of whose they are. With usage each limit is a quotaUse.
type quotaSet map[string]any

type quotaSetOut struct {
	QuotaSet quotaSet `json:"quota_set"`
}

type quotaUse struct {
	Limit    int `json:"limit"`
	InUse    int `json:"in_use"`
	Reserved int `json:"reserved"` // what is reserved for longer than a request takes
}

// limitsBy collects limits of all resources.
func (s *Service) limitsBy(r state.Reader, limit func(resource string) int) quotaSet {
	set := quotaSet{}
	for q := range s.quotaResources(r) {
		set[q.Name] = limit(q.Name)
	}
	return set
}

func (s *Service) projectQuotas(r state.Reader, project string) quotaSet {
	return s.limitsBy(r, func(resource string) int { return s.quotaLimit(r, project, resource) })
}

// quotaSetShow serves GET /os-quota-sets/{project}; whether there is such a project nobody asks.
// API reference: Block Storage v3, "Show quotas for a project" and "Show quota usage for a project".
func (s *Service) quotaSetShow(c *httpapi.Call) (quotaSetOut, error) {
	project := c.Var("id")
	if err := c.Authorize(projectTarget(project)); err != nil {
		return quotaSetOut{}, err
	}
	usage := false
	if v, ok := lastOf(c.Query(), "usage"); ok {
		var err error
		if usage, err = queryBool("usage", v); err != nil {
			return quotaSetOut{}, err
		}
	}
	r := s.db.View()
	set := s.projectQuotas(r, project)
	if usage {
		for q := range s.quotaResources(r) {
			u := s.usageOf(r, project, q.typ)
			set[q.Name] = quotaUse{Limit: s.quotaLimit(r, project, q.Name), InUse: q.inUse(u), Reserved: q.reserved(u)}
		}
	}
	set["id"] = project
	return quotaSetOut{set}, nil
}

// quotaSetDefaults serves GET /os-quota-sets/{project}/defaults.
// API reference: Block Storage v3, "Get default quotas for a project".
func (s *Service) quotaSetDefaults(c *httpapi.Call) (quotaSetOut, error) {
	project := c.Var("id")
	if err := c.Authorize(projectTarget(project)); err != nil {
		return quotaSetOut{}, err
	}
	r := s.db.View()
	set := s.limitsBy(r, func(resource string) int { return s.classQuota(r, defaultQuotaClass, resource) })
	set["id"] = project
	return quotaSetOut{set}, nil
}

// quotaSetUpdate serves PUT /os-quota-sets/{project}. API reference: Block Storage v3, "Update quotas for a project".
func (s *Service) quotaSetUpdate(c *httpapi.Call) (quotaSetOut, error) {
	asked, err := objectIn(c, "quota_set")
	if err != nil {
		return quotaSetOut{}, err
	}
	if err := s.checkQuotaSet(asked); err != nil {
		return quotaSetOut{}, err
	}
	project := c.Var("id")
	if err := c.Authorize(projectTarget(project)); err != nil {
		return quotaSetOut{}, err
	}
	if err := checkNameLength(project, "quota_set_name"); err != nil {
		return quotaSetOut{}, err
	}
	var out quotaSet
	err = s.db.Update(func(tx *state.Tx) error {
		for _, p := range asked {
			if notQuota(p.Key) {
				continue
			}
			if err := s.checkExisting(tx, project, p.Key, p.Value); err != nil {
				return err
			}
		}
		for _, p := range asked {
			if notQuota(p.Key) {
				continue
			}
			limit, err := pythonInt(schema.Str(p.Value))
			if err != nil {
				return err
			}
			s.quotas.Put(tx, QuotaLimit{Key: projectQuotaKey(project, p.Key), Resource: p.Key, Limit: limit})
		}
		out = s.projectQuotas(tx, project)
		return nil
	})
	return quotaSetOut{out}, err
}

// notQuota tells the keys of a quota set that are no resources and count for nothing.
func notQuota(key string) bool { return key == "tenant_id" || key == "id" }

// checkQuotaSet is the format "quota_set" of upstream's schema: known resources, and numbers, which strings may hold.
func (s *Service) checkQuotaSet(set schema.Dict) error {
	known := s.quotaNames()
	var bad []string
	for _, p := range set {
		switch {
		case notQuota(p.Key):
		case !known[p.Key]:
			bad = append(bad, p.Key)
		default:
			if _, err := validateInteger(schema.Str(p.Value), p.Key, -1, maxInt); err != nil {
				return err
			}
		}
	}
	if len(bad) > 0 {
		return fail.New(fail.Invalid, "Invalid input received: Bad key(s) in quota set: %s", strings.Join(bad, ", "))
	}
	return nil
}

func (s *Service) quotaNames() map[string]bool {
	names := map[string]bool{}
	for q := range s.quotaResources(s.db.View()) {
		names[q.Name] = true
	}
	return names
}

// checkExisting keeps a limit from falling below what is in use.
//
// Quirk: it counts only if the project has a limit of its own for the resource already, and a number in a string cannot
// be compared, except for per_volume_gigabytes, which is not (api/contrib/quotas.py; observed on release Zed).
func (s *Service) checkExisting(r state.Reader, project, resource string, value schema.Value) error {
	if resource == quotaPerVolume || value == -1 {
		return nil
	}
	limit, ok := value.(int)
	if !ok {
		return fail.New(fail.Invalid, badRequest)
	}
	used := 0
	if s.quotas.Has(r, projectQuotaKey(project, resource)) {
		used = s.inUseOf(r, project, resource)
	}
	if limit < used {
		return fail.New(fail.Invalid, "Quota %s limit must be equal or greater than existing resources. Current usage is %d and the "+
			"requested limit is %d.", resource, used, limit)
	}
	return nil
}

// inUseOf is how much of a resource a project has.
func (s *Service) inUseOf(r state.Reader, project, resource string) int {
	for q := range s.quotaResources(r) {
		if q.Name == resource {
			return q.inUse(s.usageOf(r, project, q.typ))
		}
	}
	return 0
}

// quotaSetDelete serves DELETE /os-quota-sets/{project}: the defaults hold again.
// API reference: Block Storage v3, "Delete quotas for a project".
func (s *Service) quotaSetDelete(c *httpapi.Call) error {
	project := c.Var("id")
	if err := c.Authorize(projectTarget(project)); err != nil {
		return err
	}
	return s.db.Update(func(tx *state.Tx) error {
		var keys []string
		for l := range s.quotas.WithPrefix(tx, projectQuotaKey(project, "")) {
			keys = append(keys, l.Key)
		}
		for _, key := range keys {
			s.quotas.Delete(tx, key)
		}
		return nil
	})
}

type quotaClassOut struct {
	QuotaClassSet quotaSet `json:"quota_class_set"`
}

// quotaClassShow serves GET /os-quota-class-sets/{class}; every class exists.
// API reference: Block Storage v3, "Show quota classes for a project".
func (s *Service) quotaClassShow(c *httpapi.Call) (quotaClassOut, error) {
	class := c.Var("name")
	set := s.classQuotas(s.db.View(), class)
	set["id"] = class
	return quotaClassOut{set}, nil
}

func (s *Service) classQuotas(r state.Reader, class string) quotaSet {
	return s.limitsBy(r, func(resource string) int { return s.classQuota(r, class, resource) })
}

// quotaClassUpdate serves PUT /os-quota-class-sets/{class}. The class "default" is what holds for projects without limits
// of their own. API reference: Block Storage v3, "Update quota classes for a project".
func (s *Service) quotaClassUpdate(c *httpapi.Call) (quotaClassOut, error) {
	asked, err := objectIn(c, "quota_class_set")
	if err != nil {
		return quotaClassOut{}, err
	}
	known := s.quotaNames()
	var bad []string
	for _, p := range asked {
		if !known[p.Key] {
			bad = append(bad, p.Key)
		}
	}
	if len(bad) > 0 {
		return quotaClassOut{}, fail.New(fail.Invalid, "Invalid input received: Bad key(s) in quota class set: %s", strings.Join(bad, ", "))
	}
	if err := c.Authorize(nil); err != nil {
		return quotaClassOut{}, err
	}
	class := c.Var("name")
	if err := checkNameLength(class, "quota_class_name"); err != nil {
		return quotaClassOut{}, err
	}
	var out quotaSet
	err = s.db.Update(func(tx *state.Tx) error {
		for _, p := range asked {
			limit, err := pythonInt(schema.Str(p.Value))
			if err != nil {
				return fail.New(fail.Invalid, badRequest)
			}
			s.quotas.Put(tx, QuotaLimit{Key: classQuotaKey(class, p.Key), Resource: p.Key, Limit: limit})
		}
		out = s.classQuotas(tx, class)
		return nil
	})
	return quotaClassOut{out}, err
}

// checkNameLength bounds the names that paths give to sets of quotas.
func checkNameLength(name, what string) error {
	if n := len([]rune(name)); n > 255 {
		return fail.New(fail.Invalid, "%s has %d characters, more than 255.", what, n)
	}
	return nil
}

// objectIn is the object under a key of the body, in its own order; the row's schema has seen that it is one.
func objectIn(c *httpapi.Call, key string) (schema.Dict, error) {
	body, err := c.Value()
	if err != nil {
		return nil, err
	}
	outer, _ := body.(schema.Dict)
	value, _ := outer.Get(key)
	inner, _ := value.(schema.Dict)
	return inner, nil
}
