package nova

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// defaultGroup is the group of ports that ask for none, which Neutron gives them.
const defaultGroup = "default"

var schemaSecurityGroups = schema.Dict{
	{"type", "array"},
	{"items", schema.Dict{{"type", "object"}, {"properties", schema.Dict{{"name", schemaName}}}, {"additionalProperties", false}}},
}

// securityGroup is a security group as Nova tells of it, or reads it.
type securityGroup struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name"`
}

// groups are the security groups that match a query.
func (n *networkClient) groups(ctx context.Context, auth jobAuth, query url.Values) ([]securityGroup, error) {
	query["fields"] = []string{"id", "name"}
	var out struct {
		Groups []securityGroup `json:"security_groups"`
	}
	err := n.ask(ctx, auth, http.MethodGet, "security-groups?"+query.Encode(), nil, &out)
	return out.Groups, err
}

// findGroup is the id of a group that a request names, or has the id of (neutronclient/v2_0/client.py, find_resource).
func (n *networkClient) findGroup(ctx context.Context, auth jobAuth, name string) (string, error) {
	if isUUIDLike(name) {
		found, err := n.groups(ctx, auth, url.Values{"id": {name}})
		if err != nil || len(found) > 0 {
			return name, err
		}
	}
	found, err := n.groups(ctx, auth, url.Values{"name": {name}, "tenant_id": {auth.ProjectID}})
	switch {
	case err != nil:
		return "", err
	case len(found) > 1:
		return "", fail.New(fail.Conflict, "Multiple security_group matches found for name '%s', use an ID to be more specific.", name)
	case len(found) == 0:
		return "", fail.New(fail.Invalid, "Unable to find security_group with name or id '%s'", name)
	}
	return found[0].ID, nil
}

// groupsAsked are the security groups that a new server's ports are to be in, by their ids, each once; none stands for the
// project's default one (nova/compute/api.py, _check_requested_secgroups).
func (s *Service) groupsAsked(c *httpapi.Call, asked schema.Dict) ([]string, error) {
	var ids []string
	list, _ := field(asked, "security_groups").(schema.List)
	for _, item := range list {
		in, _ := item.(schema.Dict)
		name := text(in, "name")
		switch {
		case name == "" || s.networks == nil:
			continue
		case name == defaultGroup:
			ids = append(ids, defaultGroup)
			continue
		}
		id, err := s.networks.findGroup(c.Context(), authOf(c), name)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// groupsOfPorts are the groups to make a server's ports with; nil leaves them to Neutron (nova/network/neutron.py,
// _process_security_groups).
func (n *networkClient) groupsOfPorts(ctx context.Context, auth jobAuth, server Server) ([]string, error) {
	if len(server.Groups) == 0 || slices.Equal(server.Groups, []string{defaultGroup}) {
		return nil, nil
	}
	at := slices.Index(server.Groups, defaultGroup)
	if at < 0 {
		return server.Groups, nil
	}
	found, err := n.groups(ctx, auth, url.Values{"name": {defaultGroup}, "tenant_id": {server.ProjectID}})
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, fail.New(fail.NotFound, "Security group %s not found.", defaultGroup)
	}
	ids := slices.Clone(server.Groups)
	ids[at] = found[0].ID
	return ids, nil
}

// addGroups tells of the security groups of servers, as their ports have them and as far as the caller sees them
// (nova/network/security_group_api.py, get_instances_security_groups_bindings).
func (s *Service) addGroups(c *httpapi.Call, views []serverView) error {
	ids := url.Values{}
	for _, v := range views {
		ids.Add("device_id", v.ID)
	}
	if s.networks == nil || len(views) == 0 {
		return nil
	}
	ids["fields"] = []string{"device_id", "security_groups"}
	var out struct {
		Ports []struct {
			DeviceID string   `json:"device_id"`
			Groups   []string `json:"security_groups"`
		}
	}
	ctx, auth := c.Context(), authOf(c)
	if err := s.networks.ask(ctx, auth, http.MethodGet, "ports?"+ids.Encode(), nil, &out); err != nil {
		return err
	}
	wanted := url.Values{}
	for _, p := range out.Ports {
		for _, id := range p.Groups {
			if !slices.Contains(wanted["id"], id) {
				wanted.Add("id", id)
			}
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	found, err := s.networks.groups(ctx, auth, wanted)
	names := map[string]string{}
	for _, g := range found {
		if names[g.ID] = g.Name; g.Name == "" {
			names[g.ID] = g.ID
		}
	}
	for _, p := range out.Ports {
		at := slices.IndexFunc(views, func(v serverView) bool { return v.ID == p.DeviceID })
		for _, id := range p.Groups {
			if name, ok := names[id]; ok && at >= 0 {
				views[at].Groups = append(views[at].Groups, securityGroup{Name: name})
			}
		}
	}
	return err
}
