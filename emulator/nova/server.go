package nova

import (
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// The one host that servers are on, and its zone.
const (
	hostName    = "compute-1"
	defaultZone = "nova"
)

// Status is a server's status, as views have it.
type Status string

// The statuses.
const (
	StatusBuild   Status = "BUILD"
	StatusActive  Status = "ACTIVE"
	StatusShutoff Status = "SHUTOFF"
	StatusReboot  Status = "REBOOT"
	StatusError   Status = "ERROR"
)

// Server is a server that runs nothing.
type Server struct {
	ID, Name  string
	ProjectID string
	UserID    string
	Status    Status
	Task      string // what is being done with it; "" for nothing
	Flavor    Flavor // as it was
	ImageID   string // "" where it boots from a volume
	Metadata  map[string]string
	KeyName   *string
	Fault     string // why it is in error
	Ports     []ServerPort
	Groups    []string // security groups of the ports that are made for it, by id or "default"
	Number    int      // counts the servers of the cloud
	ServerAttributes

	CreatedAt  time.Time
	UpdatedAt  time.Time
	LaunchedAt time.Time // zero until it is
}

// Lookup serves the names that rules of owners use.
func (v *Server) Lookup(name string) (any, bool) {
	switch name {
	case "project_id", "tenant_id":
		return v.ProjectID, true
	case "user_id":
		return v.UserID, true
	}
	return nil, false
}

var _ policy.Target = (*Server)(nil)

// serverTables hold servers and their block devices.
type serverTables struct {
	serversByNumber *state.Index[Server]
	servers         *state.Table[Server]
	devices         *state.Table[BlockDevice]
	devicesByServer *state.Index[BlockDevice]
}

func newServerTables(db *state.DB) serverTables {
	t := serverTables{devicesByServer: state.Order(func(a, b *BlockDevice) bool {
		if a.ServerID != b.ServerID {
			return a.ServerID < b.ServerID
		}
		return a.Number < b.Number
	}, nil)}
	t.serversByNumber = state.Order(func(a, b *Server) bool { return a.Number < b.Number || a.Number == b.Number && a.ID < b.ID }, nil)
	t.servers = state.Add(db, "nova.servers", func(v *Server) *string { return &v.ID }, t.serversByNumber)
	t.devices = state.Add(db, "nova.block_devices", func(b *BlockDevice) *string { return &b.ID }, t.devicesByServer)
	return t
}

// serverFor finds a server that the caller may know of, and asks the operation's rule.
func (s *Service) serverFor(c *httpapi.Call, r state.Reader) (Server, error) {
	v, ok := s.servers.Get(r, c.Var("server_id"))
	if !ok || v.ProjectID != c.Auth.ProjectID && !isAdmin(c) {
		return v, fail.Missing("server", c.Var("server_id"))
	}
	return v, c.Authorize(&v)
}

// changeServer applies a change to a server, if it is still there.
func (s *Service) changeServer(id string, change func(tx *state.Tx, v *Server) error) error {
	return s.db.Update(func(tx *state.Tx) error {
		v, ok := s.servers.Get(tx, id)
		if !ok {
			return fail.Missing("server", id)
		}
		if err := change(tx, &v); err != nil {
			return err
		}
		v.UpdatedAt = s.clock.Now()
		s.servers.Put(tx, v)
		return nil
	})
}

func (v *Server) diskConfig() string {
	if v.AutoDisk {
		return "AUTO"
	}
	return "MANUAL"
}

// vmState is what Nova calls the state behind a status, and whether the machine runs.
func (v *Server) vmState() (state string, power int) {
	switch v.Status {
	case StatusBuild:
		return "building", 0
	case StatusShutoff:
		return "stopped", 4
	case StatusError:
		return "error", 0
	}
	return "active", 1
}
