package control

import "net/http"

// routes are the whole API. openapi.yaml describes each.
func routes() []route {
	const cloud = "/clouds/{cloud}"
	return []route{
		{"GET", "/health", http.StatusOK, (*Server).health},
		{"GET", "/openapi.yaml", http.StatusOK, (*Server).openAPI},

		{"GET", "/clouds", http.StatusOK, (*Server).cloudList},
		{"POST", "/clouds", http.StatusCreated, (*Server).cloudCreate},
		{"GET", cloud, http.StatusOK, (*Server).cloudShow},
		{"DELETE", cloud, http.StatusNoContent, (*Server).cloudDelete},
		{"POST", cloud + "/fork", http.StatusCreated, (*Server).cloudFork},
		{"POST", cloud + "/reset", http.StatusOK, (*Server).cloudReset},
		{"GET", cloud + "/users", http.StatusOK, (*Server).userList},

		{"GET", cloud + "/clock", http.StatusOK, (*Server).clockShow},
		{"PATCH", cloud + "/clock", http.StatusOK, (*Server).clockChange},
		{"POST", cloud + "/clock/advance", http.StatusOK, (*Server).clockAdvance},
		{"POST", cloud + "/clock/settle", http.StatusOK, (*Server).clockSettle},
		{"GET", cloud + "/jobs", http.StatusOK, (*Server).jobList},

		{"GET", cloud + "/stores", http.StatusOK, (*Server).storeList},
		{"POST", cloud + "/stores", http.StatusCreated, (*Server).storeAdd},
		{"GET", cloud + "/stores/{store}", http.StatusOK, (*Server).storeShow},
		{"PATCH", cloud + "/stores/{store}", http.StatusOK, (*Server).storeChange},
		{"DELETE", cloud + "/stores/{store}", http.StatusNoContent, (*Server).storeRemove},
		{"GET", cloud + "/glance", http.StatusOK, (*Server).glanceShow},
		{"PATCH", cloud + "/glance", http.StatusOK, (*Server).glanceChange},
		{"GET", cloud + "/backends", http.StatusOK, (*Server).backendList},
		{"PATCH", cloud + "/backends/{backend}", http.StatusOK, (*Server).backendChange},
		{"GET", cloud + "/quotas/{project}", http.StatusOK, (*Server).quotaShow},
		{"PUT", cloud + "/quotas/{project}", http.StatusOK, (*Server).quotaSet},

		{"GET", cloud + "/data/volumes/{volume}", http.StatusOK, (*Server).volumeRead},
		{"PUT", cloud + "/data/volumes/{volume}", http.StatusOK, (*Server).volumeWrite},
		{"GET", cloud + "/data/snapshots/{snapshot}", http.StatusOK, (*Server).volumeSnapshotRead},
		{"GET", cloud + "/data/backups/{backup}", http.StatusOK, (*Server).backupRead},

		{"GET", cloud + "/faults", http.StatusOK, (*Server).faultList},
		{"POST", cloud + "/faults", http.StatusCreated, (*Server).faultInject},
		{"DELETE", cloud + "/faults", http.StatusNoContent, (*Server).faultsRemove},
		{"GET", cloud + "/faults/{fault}", http.StatusOK, (*Server).faultShow},
		{"DELETE", cloud + "/faults/{fault}", http.StatusNoContent, (*Server).faultRemove},

		{"GET", cloud + "/requests", http.StatusOK, (*Server).requestList},
		{"DELETE", cloud + "/requests", http.StatusNoContent, (*Server).requestsClear},
		{"GET", cloud + "/requests.har", http.StatusOK, (*Server).requestArchive},
		{"GET", cloud + "/events", http.StatusOK, (*Server).eventStream},

		{"GET", cloud + "/snapshots", http.StatusOK, (*Server).snapshotList},
		{"POST", cloud + "/snapshots", http.StatusCreated, (*Server).snapshotTake},
		{"DELETE", cloud + "/snapshots/{snapshot}", http.StatusNoContent, (*Server).snapshotDelete},
		{"POST", cloud + "/snapshots/{snapshot}/restore", http.StatusOK, (*Server).snapshotRestore},
		{"GET", cloud + "/snapshots/{snapshot}/file", http.StatusOK, (*Server).snapshotSave},
		{"PUT", cloud + "/snapshots/{snapshot}/file", http.StatusCreated, (*Server).snapshotLoad},
	}
}
