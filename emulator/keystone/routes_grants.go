package keystone

import (
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// grantPath is where grants of one kind are: the roles of an actor on a target.
type grantPath struct {
	op, path string
	list     string // id of the operation that lists them, where there is one
	rules    [4]string
	tail     string
}

// grantRoutes are the rows of role assignments by their paths.
func grantRoutes() []httpapi.Operation[*Service] {
	usual := [4]string{"identity:list_grants", "identity:check_grant", "identity:create_grant", "identity:revoke_grant"}
	onSystem := func(kind string) [4]string {
		return [4]string{
			"identity:list_system_grants_for_" + kind, "identity:check_system_grant_for_" + kind,
			"identity:create_system_grant_for_" + kind, "identity:revoke_system_grant_for_" + kind,
		}
	}
	var rows []httpapi.Operation[*Service]
	for _, g := range []grantPath{
		{"projects.users.roles", "/v3/projects/{project_id}/users/{user_id}/roles", "list", usual, ""},
		{"projects.groups.roles", "/v3/projects/{project_id}/groups/{group_id}/roles", "list", usual, ""},
		{"domains.users.roles", "/v3/domains/{domain_id}/users/{user_id}/roles", "list", usual, ""},
		{"domains.groups.roles", "/v3/domains/{domain_id}/groups/{group_id}/roles", "list", usual, ""},
		{"system.users.roles", "/v3/system/users/{user_id}/roles", "list", onSystem("user"), ""},
		{"system.groups.roles", "/v3/system/groups/{group_id}/roles", "list", onSystem("group"), ""},
		inheritedBy("projects.users", "/v3/OS-INHERIT/projects/{project_id}/users/{user_id}/roles", "", usual),
		inheritedBy("projects.groups", "/v3/OS-INHERIT/projects/{project_id}/groups/{group_id}/roles", "", usual),
		inheritedBy("domains.users", "/v3/OS-INHERIT/domains/{domain_id}/users/{user_id}/roles", "show", usual),
		inheritedBy("domains.groups", "/v3/OS-INHERIT/domains/{domain_id}/groups/{group_id}/roles", "show", usual),
	} {
		rows = append(rows, g.rows()...)
	}
	return rows
}

func inheritedBy(what, path, list string, rules [4]string) grantPath {
	return grantPath{"os-inherit." + what + ".roles.inherited_to_projects", path, list, rules, "/inherited_to_projects"}
}

func (g grantPath) rows() []httpapi.Operation[*Service] {
	op := "keystone." + strings.ToLower(g.op) + "."
	one := g.path + "/{role_id}" + g.tail
	rows := []httpapi.Operation[*Service]{
		{Op: op + "check", Method: "GET", Path: one, Success: 204, Policy: g.rules[1], Late: true, Handle: httpapi.Do((*Service).grantCheck)},
		{Op: op + "set", Method: "PUT", Path: one, Success: 204, Policy: g.rules[2], Late: true, Handle: httpapi.Do((*Service).grantSet)},
		{Op: op + "delete", Method: "DELETE", Path: one, Success: 204, Policy: g.rules[3], Late: true, Handle: httpapi.Do((*Service).grantDelete)},
	}
	if g.list != "" {
		rows = append(rows, httpapi.Operation[*Service]{
			Op: op + g.list, Method: "GET", Path: g.path + g.tail, Policy: g.rules[0], Late: true,
			Handle: httpapi.Get((*Service).grantList),
		})
	}
	return rows
}
