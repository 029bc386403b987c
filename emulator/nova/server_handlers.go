package nova

import (
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type serverOut struct {
	Server serverView `json:"server"`
}

type serversOut[V any] struct {
	Servers []V    `json:"servers"`
	Links   []link `json:"servers_links,omitempty"`
}

// serverList serves GET /servers. API reference: Compute, "List Servers".
func (s *Service) serverList(c *httpapi.Call) (serversOut[serverSummary], error) {
	return serverPage(s, c, func(_ state.Reader, v Server) serverSummary {
		return serverSummary{v.ID, v.Name, linksOf(c, "servers", v.ID)}
	})
}

// serverListDetail serves GET /servers/detail. API reference: Compute, "List Servers Detailed".
func (s *Service) serverListDetail(c *httpapi.Call) (serversOut[serverView], error) {
	out, err := serverPage(s, c, func(r state.Reader, v Server) serverView { return s.newServerView(c, r, v) })
	if err != nil {
		return out, err
	}
	return out, s.addGroups(c, out.Servers)
}

func serverPage[V any](s *Service, c *httpapi.Call, view func(state.Reader, Server) V) (serversOut[V], error) {
	out := serversOut[V]{Servers: []V{}}
	if err := c.Authorize(nil); err != nil {
		return out, err
	}
	q := c.Query()
	everybodys := q.Has("all_tenants") && q.Get("all_tenants") != "0" && !strings.EqualFold(q.Get("all_tenants"), "false")
	if everybodys {
		if err := c.AuthorizeFor(c.Policy+":get_all_tenants", nil); err != nil {
			return out, err
		}
	}
	passes, err := serverFilter(c, everybodys)
	if err != nil {
		return out, err
	}
	r := s.db.View()
	var list []Server
	for v := range s.servers.All(r) {
		if passes(&v) {
			list = append(list, v)
		}
	}
	list = sortServers(c, list)
	page, next, err := pageOf(c, list, func(v Server) string { return v.ID })
	for _, v := range page {
		out.Servers = append(out.Servers, view(r, v))
	}
	out.Links = next
	return out, err
}

// serverShow serves GET /servers/{server_id}. API reference: Compute, "Show Server Details".
func (s *Service) serverShow(c *httpapi.Call) (serverOut, error) {
	r := s.db.View()
	v, err := s.serverFor(c, r)
	if err != nil {
		return serverOut{}, err
	}
	views := []serverView{s.newServerView(c, r, v)}
	err = s.addGroups(c, views)
	return serverOut{views[0]}, err
}

// serverUpdate serves PUT /servers/{server_id}. API reference: Compute, "Update Server".
func (s *Service) serverUpdate(c *httpapi.Call) (serverOut, error) {
	v, err := s.serverFor(c, s.db.View())
	if err != nil {
		return serverOut{}, err
	}
	body, err := c.Value()
	if err != nil {
		return serverOut{}, err
	}
	asked := member(body, "server")
	err = s.changeServer(v.ID, func(_ *state.Tx, v *Server) error {
		if name := text(asked, "name"); name != "" {
			v.Name = strings.TrimSpace(name)
		}
		v.change(asked)
		return nil
	})
	if err != nil {
		return serverOut{}, err
	}
	r := s.db.View()
	v, ok := s.servers.Get(r, v.ID)
	if !ok {
		return serverOut{}, fail.Missing("server", v.ID)
	}
	views := []serverView{s.newServerView(c, r, v)}
	if !c.Version.AtLeast(mvWholeAnswers) {
		return serverOut{views[0].withoutExtensions(&v)}, nil
	}
	err = s.addGroups(c, views)
	return serverOut{views[0]}, err
}

// serverDelete serves DELETE /servers/{server_id}: it loses its volumes, and goes. API reference: Compute, "Delete Server".
func (s *Service) serverDelete(c *httpapi.Call) error {
	v, err := s.serverFor(c, s.db.View())
	if err != nil {
		return err
	}
	return s.changeServer(v.ID, func(tx *state.Tx, v *Server) error {
		v.Task = "deleting"
		s.beginAction(tx, c, v.ID, actionDelete)
		s.queue.Begin(tx, kindDeleteServer, serverJob{Server: v.ID, Auth: authOf(c)})
		return nil
	})
}
