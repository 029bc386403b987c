package control

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/fauxstack/fauxstack/emulator"
)

// socket is a listener and what answers on it.
type socket struct {
	listener net.Listener
	server   *http.Server
	secure   bool
}

// url is an address that a client on this machine can use.
func (l *socket) url() string {
	scheme := "http"
	if l.secure {
		scheme = "https"
	}
	address := l.listener.Addr().String()
	if tcp, ok := l.listener.Addr().(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		address = fmt.Sprintf("127.0.0.1:%d", tcp.Port)
	}
	return scheme + "://" + address
}

// Listen opens the addresses of the configuration and begins to answer, though there may be no cloud yet.
func (s *Server) Listen() (err error) {
	if s.cfg.Listen != "" {
		if s.main, err = s.listen(s.cfg.Listen, s, s.cfg.TLS != nil); err != nil {
			return err
		}
	}
	if s.cfg.Control == "" {
		return nil
	}
	secure := s.cfg.TLS != nil && !isLoopback(s.cfg.Control)
	s.control, err = s.listen(s.cfg.Control, http.HandlerFunc(s.serveControl), secure)
	if s.cfg.ControlMayMove && errors.Is(err, syscall.EADDRINUSE) {
		host, _, _ := net.SplitHostPort(s.cfg.Control) // New has checked it
		s.control, err = s.listen(net.JoinHostPort(host, "0"), http.HandlerFunc(s.serveControl), secure)
	}
	return err
}

// listenStandard serves a cloud's services on their usual ports of the main address.
func (s *Server) listenStandard(emu *emulator.Emulator) error {
	host, _, err := net.SplitHostPort(s.cfg.Listen)
	if err != nil {
		return fmt.Errorf("standard ports need an address to listen on: %w", err)
	}
	for path, port := range emu.StandardPorts() {
		h, err := emu.ServiceHandler(path)
		if err != nil {
			return err
		}
		if _, err := s.listen(net.JoinHostPort(host, port), h, s.cfg.TLS != nil); err != nil {
			return fmt.Errorf("standard port of %s: %w", path, err)
		}
	}
	return nil
}

// listen opens one address.
func (s *Server) listen(address string, h http.Handler, secure bool) (*socket, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.cfg.Logger.Handler(), slog.LevelDebug),
	}
	one := &socket{listener: l, server: server, secure: secure}
	if secure {
		server.TLSConfig = s.cfg.TLS.Clone() // which ServeTLS adds to
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		return nil, errors.Join(errors.New("the server is closed"), l.Close())
	}
	s.sockets[one] = struct{}{}
	s.serving.Go(func() {
		if err := one.serve(); !errors.Is(err, http.ErrServerClosed) {
			s.cfg.Logger.Error("stopped listening", "address", l.Addr().String(), "error", err)
		}
	})
	return one, nil
}

func (l *socket) serve() error {
	if l.secure {
		return l.server.ServeTLS(l.listener, "", "")
	}
	return l.server.Serve(l.listener)
}

// hangUp closes one address.
func (s *Server) hangUp(l *socket) error {
	s.mu.Lock()
	delete(s.sockets, l)
	s.mu.Unlock()
	return l.server.Close()
}

func (s *Server) takeSockets() []*socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*socket
	for l := range s.sockets {
		all = append(all, l)
	}
	clear(s.sockets)
	return all
}

// URL is the clouds' address, such as "http://127.0.0.1:4580"; "" when the server does not listen.
func (s *Server) URL() string {
	if s.main == nil {
		return ""
	}
	return s.main.url()
}

// ControlURL is the address of the control API's own listener; "" when it has none.
func (s *Server) ControlURL() string {
	if s.control == nil {
		return ""
	}
	return s.control.url()
}
