package nova

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// serverConditions are what a query asks of servers, by parameters; others do nothing, as upstream's do for whoever may not
// ask them (nova/api/openstack/compute/servers.py, _get_servers).
//
// Gap: servers that were deleted are not listed, and tags are not asked for.
var serverConditions = map[string]func(c *httpapi.Call, value string) (func(*Server) bool, error){
	"name": func(_ *httpapi.Call, value string) (func(*Server) bool, error) {
		pattern, err := regexp.Compile("(?i)" + value)
		if err != nil {
			return nil, fail.New(fail.Invalid, "Invalid input for query parameters name. Value: %s. '%s' is not a 'regex'", value, value)
		}
		return func(v *Server) bool { return pattern.MatchString(v.Name) }, nil
	},
	"flavor": func(_ *httpapi.Call, value string) (func(*Server) bool, error) {
		return func(v *Server) bool { return v.Flavor.ID == value }, nil
	},
	"image": func(_ *httpapi.Call, value string) (func(*Server) bool, error) {
		return func(v *Server) bool { return v.ImageID == value }, nil
	},
	"reservation_id": func(_ *httpapi.Call, value string) (func(*Server) bool, error) {
		return func(v *Server) bool { return v.Reservation == value }, nil
	},
	"key_name": func(c *httpapi.Call, value string) (func(*Server) bool, error) {
		if !isAdmin(c) && !c.Version.AtLeast(mvServerFilters) {
			return nil, nil
		}
		return func(v *Server) bool { return v.KeyName != nil && *v.KeyName == value }, nil
	},
	"user_id": func(c *httpapi.Call, value string) (func(*Server) bool, error) {
		if !isAdmin(c) && !c.Version.AtLeast(mvServerFilters) {
			return nil, nil
		}
		return func(v *Server) bool { return v.UserID == value }, nil
	},
	"host": func(c *httpapi.Call, value string) (func(*Server) bool, error) {
		if !isAdmin(c) {
			return nil, nil
		}
		return func(v *Server) bool { return !v.LaunchedAt.IsZero() && value == hostName }, nil
	},
	"changes-since": func(_ *httpapi.Call, value string) (func(*Server) bool, error) {
		since, err := time.Parse(time.RFC3339, value)
		if err != nil {
			return nil, fail.New(fail.Invalid, "Invalid input for query parameters changes-since. Value: %s. '%s' is not a 'date-time'", value, value)
		}
		return func(v *Server) bool { return !v.UpdatedAt.Before(since) }, nil
	},
}

// knownStatuses are those that any server of Nova's may have (nova/api/openstack/common.py).
var knownStatuses = []string{
	"ACTIVE", "BUILD", "DELETED", "ERROR", "HARD_REBOOT", "MIGRATING", "PASSWORD", "PAUSED", "REBOOT", "REBUILD", "RESCUE", "RESIZE",
	"REVERT_RESIZE", "SHELVED", "SHELVED_OFFLOADED", "SHUTOFF", "SOFT_DELETED", "SUSPENDED", "VERIFY_RESIZE",
}

// serverFilter is the condition of a whole query; everybodys says that it is not about one project.
func serverFilter(c *httpapi.Call, everybodys bool) (func(*Server) bool, error) {
	q := c.Query()
	var all []func(*Server) bool
	if statuses, asked := q["status"]; asked {
		known := slices.DeleteFunc(slices.Clone(statuses), func(s string) bool { return !slices.Contains(knownStatuses, strings.ToUpper(s)) })
		if len(known) == 0 && c.Version.AtLeast(mvStatusChecked) {
			return nil, fail.New(fail.Invalid, "Invalid status value")
		}
		all = append(all, func(v *Server) bool {
			return slices.ContainsFunc(known, func(s string) bool { return strings.EqualFold(s, string(v.Status)) })
		})
	}
	for _, name := range []string{"project_id", "tenant_id"} {
		if project := q.Get(name); project != "" && everybodys {
			all = append(all, func(v *Server) bool { return v.ProjectID == project })
		}
	}
	for name, condition := range serverConditions {
		if !q.Has(name) {
			continue
		}
		holds, err := condition(c, q.Get(name))
		if err != nil {
			return nil, err
		}
		if holds != nil {
			all = append(all, holds)
		}
	}
	return func(v *Server) bool {
		if !everybodys && v.ProjectID != c.Auth.ProjectID {
			return false
		}
		return !slices.ContainsFunc(all, func(holds func(*Server) bool) bool { return !holds(v) })
	}, nil
}

// serverOrders are the columns by which servers are sorted.
var serverOrders = map[string]func(a, b *Server) int{
	"created_at":   func(a, b *Server) int { return cmp.Compare(a.Number, b.Number) },
	"updated_at":   func(a, b *Server) int { return a.UpdatedAt.Compare(b.UpdatedAt) },
	"launched_at":  func(a, b *Server) int { return a.LaunchedAt.Compare(b.LaunchedAt) },
	"display_name": func(a, b *Server) int { return cmp.Compare(a.Name, b.Name) },
	"uuid":         func(a, b *Server) int { return cmp.Compare(a.ID, b.ID) },
	"image_ref":    func(a, b *Server) int { return cmp.Compare(a.ImageID, b.ImageID) },
	"project_id":   func(a, b *Server) int { return cmp.Compare(a.ProjectID, b.ProjectID) },
	"user_id":      func(a, b *Server) int { return cmp.Compare(a.UserID, b.UserID) },
}

// sortServers puts servers in the order asked for: by each sort_key with its sort_dir, or the newest first.
func sortServers(c *httpapi.Call, list []Server) []Server {
	keys, dirs := c.Query()["sort_key"], c.Query()["sort_dir"]
	return state.Ordered(list, func(a, b *Server) int {
		for i, key := range keys {
			by, known := serverOrders[key]
			if !known {
				continue
			}
			n := by(a, b)
			if i >= len(dirs) || dirs[i] != "asc" {
				n = -n
			}
			if n != 0 {
				return n
			}
		}
		return cmp.Compare(b.Number, a.Number)
	})
}
