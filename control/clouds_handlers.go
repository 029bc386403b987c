package control

import (
	"io"
	"net/http"
	"time"

	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
)

// health tells whether the clouds that the server starts with are up.
func (s *Server) health(c *call) (any, error) {
	h := client.Health{Status: "ready", Version: s.cfg.Version, Clouds: s.clouds.count()}
	if s.ready.Load() {
		return h, nil
	}
	h.Status = "seeding"
	c.w.Header().Set("Retry-After", "1")
	writeJSON(c.w, c.r, http.StatusServiceUnavailable, h)
	return sent{}, nil
}

func (s *Server) openAPI(c *call) (any, error) {
	c.w.Header().Set("Content-Type", "application/yaml")
	_, _ = io.WriteString(c.w, OpenAPI) // the client may be gone
	return sent{}, nil
}

func (s *Server) cloudList(c *call) (any, error) {
	list := []client.Cloud{}
	for _, one := range s.clouds.all() {
		list = append(list, s.view(one, c.base))
	}
	return map[string]any{"clouds": list}, nil
}

func (s *Server) cloudCreate(c *call) (any, error) {
	var spec client.Spec
	if err := c.read(&spec, maxFixture); err != nil {
		return nil, err
	}
	made, err := s.create(spec)
	return s.made(c, made, err)
}

// made shows a cloud that has just been made.
func (s *Server) made(c *call, made *cloud, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	c.w.Header().Set("Location", client.Root+"/clouds/"+made.name)
	return s.view(made, c.base), nil
}

func (s *Server) cloudShow(c *call) (any, error) { return s.view(c.cloud, c.base), nil }

func (s *Server) cloudDelete(c *call) (any, error) { return nil, s.Delete(c.cloud.name) }

func (s *Server) cloudFork(c *call) (any, error) {
	var spec client.Spec
	if err := c.read(&spec, maxBody); err != nil {
		return nil, err
	}
	made, err := s.fork(c.cloud.name, spec)
	return s.made(c, made, err)
}

func (s *Server) cloudReset(c *call) (any, error) {
	if err := c.cloud.emu.Reset(); err != nil {
		return nil, err
	}
	return s.view(c.cloud, c.base), nil
}

func (s *Server) userList(c *call) (any, error) {
	auth := s.view(c.cloud, c.base).AuthURL
	users := []client.User{}
	for _, u := range c.cloud.emu.Users() {
		users = append(users, client.User{
			Name: u.Name, Password: u.Password, Project: u.Project, DomainID: u.DomainID, Region: u.Region, AuthURL: auth,
		})
	}
	return map[string]any{"users": users}, nil
}

func (s *Server) clockShow(c *call) (any, error) { return c.cloud.emu.Clock(), nil }

func (s *Server) clockChange(c *call) (any, error) {
	var change emulator.ClockChange
	if err := c.read(&change, maxBody); err != nil {
		return nil, err
	}
	if err := c.cloud.emu.ChangeClock(change); err != nil {
		return nil, invalid("%w", err)
	}
	return c.cloud.emu.Clock(), nil
}

func (s *Server) clockAdvance(c *call) (any, error) {
	var in struct {
		By client.Duration `json:"by"`
	}
	if err := c.read(&in, maxBody); err != nil {
		return nil, err
	}
	if in.By <= 0 {
		return nil, invalid(`by: want a time such as "30s"`)
	}
	c.cloud.emu.Advance(time.Duration(in.By))
	return c.cloud.emu.Clock(), nil
}

func (s *Server) clockSettle(c *call) (any, error) {
	c.cloud.emu.Settle()
	return c.cloud.emu.Clock(), nil
}

func (s *Server) jobList(c *call) (any, error) {
	return map[string]any{"jobs": c.cloud.emu.Pending()}, nil
}
