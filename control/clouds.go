package control

import (
	"context"
	"errors"
	"net"
	"net/url"

	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
)

// Open makes a cloud of the server's options and these. The one named First gets the standard ports, if the
// configuration has them.
func (s *Server) Open(name string, opts ...emulator.Option) (*emulator.Emulator, error) {
	c, err := s.add(name, "", "", func(announced ...emulator.Option) (*emulator.Emulator, error) {
		all := append(append([]emulator.Option{}, s.cfg.Options...), announced...)
		return emulator.New(append(all, opts...)...)
	})
	if err != nil {
		return nil, err
	}
	if name == First && s.cfg.StandardPorts {
		if err := s.listenStandard(c.emu); err != nil {
			return nil, err
		}
	}
	return c.emu, nil
}

// Create makes a cloud as the control API does.
func (s *Server) Create(spec client.Spec) (*emulator.Emulator, error) {
	c, err := s.create(spec)
	if err != nil {
		return nil, err
	}
	return c.emu, nil
}

func (s *Server) create(spec client.Spec) (*cloud, error) {
	opts, err := s.optionsOf(spec)
	if err != nil {
		return nil, err
	}
	c, err := s.add(spec.Name, "", spec.Listen, func(announced ...emulator.Option) (*emulator.Emulator, error) {
		all := append(append([]emulator.Option{}, s.cfg.Options...), announced...)
		emu, err := emulator.New(append(all, opts...)...)
		if err != nil {
			return nil, invalid("%w", err)
		}
		return emu, nil
	})
	if err != nil {
		return nil, err
	}
	return s.keepSpec(c, spec)
}

// Fork makes a cloud that begins as the named one is now.
func (s *Server) Fork(of, name string) (*emulator.Emulator, error) {
	c, err := s.fork(of, client.Spec{Name: name})
	if err != nil {
		return nil, err
	}
	return c.emu, nil
}

func (s *Server) fork(of string, spec client.Spec) (*cloud, error) {
	from, err := s.clouds.find(of)
	if err != nil {
		return nil, err
	}
	if spec.Fixture != nil || spec.Snapshot != nil {
		return nil, invalid("fixture, snapshot: a fork begins as the cloud that it is forked off")
	}
	opts, err := s.optionsOf(spec)
	if err != nil {
		return nil, err
	}
	c, err := s.add(spec.Name, of, spec.Listen, func(announced ...emulator.Option) (*emulator.Emulator, error) {
		emu, err := from.emu.Fork(append(announced, opts...)...)
		if err != nil {
			return nil, invalid("%w", err)
		}
		return emu, nil
	})
	if err != nil {
		return nil, err
	}
	return s.keepSpec(c, spec)
}

// add puts a cloud that is yet to be made into the registry.
func (s *Server) add(name, from, listen string, build func(...emulator.Option) (*emulator.Emulator, error)) (_ *cloud, err error) {
	if err := s.clouds.reserve(name); err != nil {
		return nil, err
	}
	defer s.clouds.release(name) // of no effect once it is kept
	address, err := s.ownAddress(listen)
	if err != nil {
		return nil, err
	}
	emu, err := build(append(s.announcedFor(name), s.dataFor(name)...)...)
	if err != nil {
		return nil, err
	}
	c := &cloud{
		name: name, emu: emu, below: emu.HandlerUnder(pathOf(name)), created: s.cfg.Now(), forkedOff: from, snapshots: map[string]snapshot{},
	}
	c.ctx, c.stop = context.WithCancel(s.ctx)
	if address != "" {
		if c.own, err = s.listen(address, emu.Handler(), s.cfg.TLS != nil); err != nil {
			return nil, errors.Join(conflict("listen: %w", err), c.close())
		}
	}
	s.clouds.keep(c)
	if s.ctx.Err() != nil { // too late to be closed with the others
		return nil, errors.Join(errors.New("the server is closed"), s.end(name))
	}
	return c, nil
}

// announcedFor begins the URLs in a cloud's answers where an address is announced.
func (s *Server) announcedFor(name string) []emulator.Option {
	if s.cfg.Announced == nil {
		return nil
	}
	return []emulator.Option{emulator.WithAnnouncedURL(s.announced(name))}
}

func (s *Server) announced(name string) string {
	u := *s.cfg.Announced
	if name != First {
		u = *u.JoinPath(pathOf(name))
	}
	return u.String()
}

// ownAddress reads the address of a cloud's own port: on the server's host, or on loopback.
func (s *Server) ownAddress(listen string) (string, error) {
	if listen == "" {
		return "", nil
	}
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "", invalid("listen %q: want HOST:PORT: %w", listen, err)
	}
	servers := "127.0.0.1"
	if s.cfg.Listen != "" {
		servers, _, _ = net.SplitHostPort(s.cfg.Listen) // New has checked it
	}
	if host == "" {
		host = servers
	}
	if address := net.JoinHostPort(host, port); host == servers || isLoopback(address) {
		return address, nil
	}
	return "", forbidden("listen %q: want the server's own host %q, or a loopback address", listen, servers)
}

// Delete ends a cloud.
func (s *Server) Delete(name string) error {
	if _, err := s.clouds.find(name); err != nil {
		return err
	}
	return errors.Join(s.end(name), s.forgetData(name))
}

func (s *Server) end(name string) error {
	c := s.clouds.take(name)
	if c == nil {
		return nil
	}
	var err error
	if c.own != nil {
		err = s.hangUp(c.own)
	}
	return errors.Join(err, c.close())
}

// Cloud is one of the server's clouds.
func (s *Server) Cloud(name string) (*emulator.Emulator, error) {
	c, err := s.clouds.find(name)
	if err != nil {
		return nil, err
	}
	return c.emu, nil
}

// view is the cloud as the API shows it; base is the server's address as the client knows it, or "".
func (s *Server) view(c *cloud, base string) client.Cloud {
	urls := s.urlsOf(c, base)
	clock := c.emu.Clock()
	v := client.Cloud{
		Name: c.name, URLs: urls, ForkedOff: c.forkedOff, CreatedAt: c.created.UTC(), Now: clock.Now, Clock: clock.Mode,
		Pending: clock.Pending, Snapshots: c.countSnapshots(), Faults: len(c.emu.Faults()), Stores: []string{}, Backends: []string{},
	}
	if len(urls) > 0 {
		v.URL, v.AuthURL = urls[0], urls[0]+emulator.IdentityPath+"/v3"
	}
	for _, store := range c.emu.Glance().Stores() {
		v.Stores = append(v.Stores, store.ID)
	}
	for _, b := range c.emu.Cinder().BackendStates() {
		v.Backends = append(v.Backends, b.Name)
	}
	return v
}

// urlsOf are all addresses of a cloud, the one to use first.
func (s *Server) urlsOf(c *cloud, base string) []string {
	urls := []string{}
	if c.own != nil {
		urls = append(urls, c.own.url())
	}
	if s.cfg.Announced != nil {
		urls = append([]string{s.announced(c.name)}, urls...)
	}
	if base == "" {
		base = s.URL()
	}
	u, err := url.Parse(base)
	if base == "" || err != nil {
		return urls
	}
	below := base + pathOf(c.name)
	if c.name == First {
		below = base
	}
	local := *u
	local.Host = c.name + ".localhost"
	if port := u.Port(); port != "" {
		local.Host += ":" + port
	}
	return append(urls, below, local.String())
}
