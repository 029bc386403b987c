package nova

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// networkClient is Neutron, as Nova uses it (nova/network/neutron.py): it looks with the user's token, and does what it does
// to ports with its own.
type networkClient struct {
	http         http.Client
	endpoint     string // ends in "/v2.0/"
	serviceToken func() (string, error)
}

// newNetworkClient is nil in a cloud without Neutron, whose servers have no networks.
func newNetworkClient(p Ports) *networkClient {
	if p.Network == nil {
		return nil
	}
	return &networkClient{http.Client{Transport: p.Network}, strings.TrimRight(p.NetworkEndpoint, "/") + "/v2.0/", p.ServiceToken}
}

// network is what Nova reads of a network.
type network struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// port is what Nova reads of a port.
type port struct {
	ID        string `json:"id"`
	NetworkID string `json:"network_id"`
	MAC       string `json:"mac_address"`
	DeviceID  string `json:"device_id"`
	Status    string `json:"status"`

	IPs json.RawMessage `json:"fixed_ips"` // as Neutron has them: of each, the ip_address is read
}

// ServerPort is a port of a server's: one that it asked for, or that it got in a network.
type ServerPort struct {
	NetworkID   string
	NetworkName string
	PortID      string // "" until it is there
	Own         bool   // was there before the server, and stays
	MAC         string
	Addresses   []string
}

func (n *networkClient) ask(ctx context.Context, auth jobAuth, method, path string, body, into any) error {
	return exchange(ctx, n.http, auth, method, n.endpoint+path, body, into, nil)
}

// asNova is who Nova is to Neutron, on behalf of a request.
func (n *networkClient) asNova(auth jobAuth) (jobAuth, error) {
	token, err := n.serviceToken()
	auth.Token = token
	return auth, err
}

// find is a network that a user may have a server in, by its id.
func (n *networkClient) find(ctx context.Context, auth jobAuth, id string) (network, error) {
	var out struct{ Network network }
	err := n.ask(ctx, auth, http.MethodGet, "networks/"+url.PathEscape(id), nil, &out)
	return out.Network, absent(err, fail.New(fail.Invalid, "Network %s could not be found.", id))
}

func (n *networkClient) findPort(ctx context.Context, auth jobAuth, id string) (port, error) {
	var out struct{ Port port }
	err := n.ask(ctx, auth, http.MethodGet, "ports/"+url.PathEscape(id), nil, &out)
	return out.Port, absent(err, fail.New(fail.Invalid, "Port %s could not be found.", id))
}

// portsOf are the ports of a server that a user may see.
func (n *networkClient) portsOf(ctx context.Context, auth jobAuth, server string) ([]port, error) {
	var out struct{ Ports []port }
	err := n.ask(ctx, auth, http.MethodGet, "ports?"+url.Values{"device_id": {server}}.Encode(), nil, &out)
	return out.Ports, err
}

// absent says a failure instead of Neutron's 404.
func absent(err error, instead error) error {
	refused := new(refusal)
	if errors.As(err, &refused) && refused.status == http.StatusNotFound {
		return instead
	}
	return err
}

// available are the networks of a project, and those that all projects share.
func (n *networkClient) available(ctx context.Context, auth jobAuth) ([]network, error) {
	var all []network
	for _, query := range []url.Values{{"tenant_id": {auth.ProjectID}, "shared": {"false"}}, {"shared": {"true"}}} {
		var out struct{ Networks []network }
		if err := n.ask(ctx, auth, http.MethodGet, "networks?"+query.Encode(), nil, &out); err != nil {
			return nil, err
		}
		all = append(all, out.Networks...)
	}
	return all, nil
}

// plug gives a server its port: the one that it brought along, or a new one in the network and in the groups.
func (n *networkClient) plug(ctx context.Context, auth jobAuth, server Server, groups []string, want ServerPort) (ServerPort, error) {
	nova, err := n.asNova(auth)
	if err != nil {
		return want, err
	}
	as := map[string]any{"device_id": server.ID, "device_owner": "compute:" + defaultZone, "binding:host_id": hostName}
	method, path := http.MethodPost, "ports"
	if want.Own {
		method, path = http.MethodPut, "ports/"+want.PortID
	} else {
		as["network_id"], as["tenant_id"], as["admin_state_up"] = want.NetworkID, server.ProjectID, true
		if len(groups) > 0 {
			as["security_groups"] = groups
		}
	}
	var out struct{ Port port }
	if err := n.ask(ctx, nova, method, path, map[string]any{"port": as}, &out); err != nil {
		return want, err
	}
	want.PortID, want.MAC, want.Addresses = out.Port.ID, out.Port.MAC, nil
	var ips []struct {
		Address string `json:"ip_address"`
	}
	if err := json.Unmarshal(out.Port.IPs, &ips); err != nil {
		return want, err
	}
	for _, ip := range ips {
		want.Addresses = append(want.Addresses, ip.Address)
	}
	return want, nil
}

// unplug takes a server's port away, or leaves it to nobody if it was there before the server.
func (n *networkClient) unplug(ctx context.Context, auth jobAuth, p ServerPort) error {
	nova, err := n.asNova(auth)
	if err != nil {
		return err
	}
	if p.Own {
		free := map[string]any{"device_id": "", "device_owner": "", "binding:host_id": nil}
		err = n.ask(ctx, nova, http.MethodPut, "ports/"+p.PortID, map[string]any{"port": free}, nil)
	} else {
		err = n.ask(ctx, nova, http.MethodDelete, "ports/"+p.PortID, nil, nil)
	}
	return absent(err, nil)
}

// portsAsked are the ports that a server asks for by networks, ports, or by leaving the choice to Nova (neutron.py,
// validate_networks).
func (s *Service) portsAsked(c *httpapi.Call, asked schema.Dict) ([]ServerPort, error) {
	if s.networks == nil {
		return nil, mayNetwork(c, asked)
	}
	ctx, auth := c.Context(), authOf(c)
	networks := field(asked, "networks")
	if networks == nil && c.Version.AtLeast(mvNetworksRequired) {
		return nil, mayNetwork(c, asked)
	}
	list, named := networks.(schema.List)
	switch {
	case networks == "none":
		return nil, nil
	case !named || len(list) == 0:
		all, err := s.networks.available(ctx, auth)
		switch {
		case err != nil || len(all) == 0:
			return nil, err
		case len(all) > 1:
			return nil, fail.New(fail.Conflict, "Multiple possible networks found, use a Network ID to be more specific.")
		}
		return []ServerPort{{NetworkID: all[0].ID, NetworkName: all[0].Name}}, nil
	}
	var ports []ServerPort
	for _, item := range list {
		in, _ := item.(schema.Dict)
		want := ServerPort{NetworkID: text(in, "uuid"), PortID: text(in, "port")}
		if want.NetworkID == "" && want.PortID == "" {
			return nil, fail.New(fail.Invalid, "Bad network format: missing 'uuid'")
		}
		if want.PortID != "" {
			p, err := s.networks.findPort(ctx, auth, want.PortID)
			switch {
			case err != nil:
				return nil, err
			case p.DeviceID != "":
				return nil, fail.New(fail.Conflict, "Port %s is still in use.", p.ID)
			}
			want.NetworkID, want.Own = p.NetworkID, true
		}
		n, err := s.networks.find(ctx, auth, want.NetworkID)
		if err != nil {
			return nil, err
		}
		want.NetworkName = n.Name
		ports = append(ports, want)
	}
	return ports, nil
}

// plugAll gives a server all its ports. It returns those that it has, however far it came.
func (s *Service) plugAll(ctx context.Context, auth jobAuth, server Server) ([]ServerPort, error) {
	var ports []ServerPort
	groups, err := s.networks.groupsOfPorts(ctx, auth, server)
	if err != nil {
		return server.Ports, err
	}
	for i, want := range server.Ports {
		got, err := s.networks.plug(ctx, auth, server, groups, want)
		if err != nil {
			return append(ports, server.Ports[i:]...), err
		}
		ports = append(ports, got)
	}
	return ports, nil
}

// unplugAll takes all ports of a server away.
func (s *Service) unplugAll(ctx context.Context, auth jobAuth, server Server) error {
	var failed error
	for _, p := range server.Ports {
		if p.PortID != "" && s.networks != nil {
			failed = errors.Join(failed, s.networks.unplug(ctx, auth, p))
		}
	}
	return failed
}
