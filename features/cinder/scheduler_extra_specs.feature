@cinder
Feature: Which extra specs choose a backend
  The scheduler matches extra specs with what the backends can do. A key with a scope is left to whom it is meant for, unless
  the scope is "capabilities"; so a store for images never keeps a volume from a backend.

  @op:cinder.volumes.create
  Scenario: A store for images does not choose
    Given a volume type "gold" with the extra specs:
      | image_service:store_id | nowhere |
    When I create a volume "boot" of 1 GiB and of the type "gold"
    Then the volume "boot" becomes "available"

  @op:cinder.volumes.create
  Scenario Outline: <key> does not choose
    Given a volume type "gold" with the extra specs:
      | <key> | nowhere |
    When I create a volume "boot" of 1 GiB and of the type "gold"
    Then the volume "boot" becomes "available"

    Examples:
      | key              |
      | my:store_id      |
      | quota:throughput |

  @op:cinder.volumes.create
  Scenario Outline: <key> chooses, and finds no backend
    Given a volume type "gold" with the extra specs:
      | <key> | nowhere |
    When I create a volume "boot" of 1 GiB and of the type "gold"
    Then the volume "boot" becomes "error"
    And I find the message "schedule allocate volume:Could not find any available weighted backend." about the volume "boot", of the event "VOLUME_VOLUME_001_003"

    Examples:
      | key                              |
      | store_id                         |
      | capabilities:store_id            |
      | volume_backend_name              |
      | capabilities:volume_backend_name |

  @op:cinder.volumes.create
  Scenario Outline: <requirement> of a capability that the backends have
    Given a volume type "gold" with the extra specs:
      | <key> | <requirement> |
    When I create a volume "boot" of 1 GiB and of the type "gold"
    Then the volume "boot" becomes "<status>"

    Examples:
      | key                       | requirement | status    |
      | free_capacity_gb          | >= 1        | available |
      | free_capacity_gb          | >= 10000000 | error     |
      | capabilities:QoS_support  | <is> False  | available |

