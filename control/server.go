package control

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fauxstack/fauxstack/emulator"
)

// Config is what a Server is told. The zero value listens nowhere, and serves through Handler.
type Config struct {
	// Listen is the clouds' address, HOST:PORT, and Control that of the control API; "" is none.
	Listen, Control string
	// ControlMayMove takes a free port for the control API where Control's is taken.
	ControlMayMove bool
	// Token is asked of users of the control API. With it, the API is also served on the clouds' address. Without it,
	// Control must be a loopback address.
	Token string
	// TLS serves the clouds' address, and a control address that is not loopback, over TLS.
	TLS *tls.Config
	// Announced begins the URLs in answers. Default: however the client reached us.
	Announced *url.URL
	// BaseHosts are further names below which clouds have host names of their own; localhost and the announced host are.
	BaseHosts []string
	// StandardPorts also serves the first cloud's services on their usual ports.
	StandardPorts bool

	// Options are those of every cloud, ahead of its own.
	Options []emulator.Option
	// MaxClouds bounds how many there may be; 10,000 when 0.
	MaxClouds int
	// StoreRoot is the directory below which stores made over the API may keep their data; "" is nowhere, and "/" anywhere.
	StoreRoot string

	// Data is the directory in which clouds are kept, each in one of its own, so that they survive the end of the process;
	// "" is none. DataSync waits for the disk, see emulator.WithDataSync.
	Data     string
	DataSync bool

	// Heartbeat is how often a stream of events sends an empty comment; 15 seconds when 0.
	Heartbeat time.Duration
	// Version is what health tells.
	Version string
	// Now tells the machine's time, as time.Now does.
	Now func() time.Time
	// Logger gets the server's own records. Default: discarded.
	Logger *slog.Logger
}

// Server holds clouds and serves them. It is safe for concurrent use.
type Server struct {
	cfg       Config
	baseHosts []string
	api       http.Handler

	clouds registry
	ready  atomic.Bool

	ctx  context.Context // of all that the server does
	stop context.CancelFunc

	main    *socket // nil: none
	control *socket
	mu      sync.Mutex // guards sockets
	sockets map[*socket]struct{}
	serving sync.WaitGroup
	closing sync.Once
	closed  error
}

// defaultMaxClouds is how many clouds a server holds unless it is told otherwise.
const defaultMaxClouds = 10_000

// New makes a server without clouds and without sockets.
func New(cfg Config) (*Server, error) {
	if cfg.MaxClouds == 0 {
		cfg.MaxClouds = defaultMaxClouds
	}
	cfg.Heartbeat = cmp.Or(cfg.Heartbeat, defaultHeartbeat)
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{cfg: cfg, baseHosts: append([]string{"localhost"}, cfg.BaseHosts...), sockets: map[*socket]struct{}{}}
	if cfg.Announced != nil {
		s.baseHosts = append(s.baseHosts, cfg.Announced.Hostname())
	}
	errs := []error{checkAddress("listen", cfg.Listen), checkAddress("control", cfg.Control)}
	if cfg.MaxClouds < 1 {
		errs = append(errs, fmt.Errorf("at most %d clouds: want 1 or more", cfg.MaxClouds))
	}
	if cfg.Heartbeat < 0 {
		errs = append(errs, fmt.Errorf("a heartbeat every %s: want a time above 0", cfg.Heartbeat))
	}
	if cfg.Now == nil {
		errs = append(errs, errors.New("a server needs to know the time"))
	}
	if cfg.Control != "" && cfg.Token == "" && !isLoopback(cfg.Control) {
		errs = append(errs, fmt.Errorf("control address %s is not a loopback address: it needs a token, for whoever reaches it rules the clouds", cfg.Control))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	s.clouds.init(cfg.MaxClouds)
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.api = newAPI(s)
	return s, nil
}

func checkAddress(what, address string) error {
	if address == "" {
		return nil
	}
	if _, _, err := net.SplitHostPort(address); err != nil {
		return fmt.Errorf("%s address %q: want HOST:PORT: %w", what, address, err)
	}
	return nil
}

// isLoopback tells whether only this machine reaches an address.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback() || strings.EqualFold(host, "localhost")
}

// Ready ends the time in which health answers "seeding".
func (s *Server) Ready() { s.ready.Store(true) }

// Shutdown ends the server: it stops listening, ends streams, lets other answers under way end until ctx does, and closes
// the clouds.
func (s *Server) Shutdown(ctx context.Context) error {
	s.closing.Do(func() {
		s.stop()
		var errs []error
		for _, l := range s.takeSockets() {
			if err := l.server.Shutdown(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
				errs = append(errs, err)
			}
			errs = append(errs, l.server.Close())
		}
		s.serving.Wait()
		for _, c := range s.clouds.clear() {
			errs = append(errs, c.close())
		}
		s.closed = errors.Join(errs...)
	})
	return s.closed
}

// Close is Shutdown without patience.
func (s *Server) Close() error {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := s.Shutdown(ctx)
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
