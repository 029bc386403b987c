@cinder
Feature: What lists add up to
  A summary says how much there is; lists say how many of theirs there are, if they are asked.

  @op:cinder.volumes.summary
  Scenario: A summary tells the metadata there is, once
    Given block storage microversion 3.36
    And I create "ash" by POST "volumes" to Cinder:
      """
      {"volume": {"size": 1, "name": "{name:ash}", "metadata": {"{name:wood}": "hard"}}}
      """
    And I create "birch" by POST "volumes" to Cinder:
      """
      {"volume": {"size": 2, "name": "{name:birch}", "metadata": {"{name:wood}": "hard"}}}
      """
    And the volume "ash" becomes "available"
    And the volume "birch" becomes "available"
    When I send GET "volumes/summary" to Cinder
    Then the answer says:
      | volume-summary.metadata.{name:wood} | ["hard"] |

  @op:cinder.volumes.summary
  Scenario: Before 3.36 a summary says nothing of metadata
    Given block storage microversion 3.35
    When I send GET "volumes/summary" to Cinder
    Then the answer does not say "volume-summary.metadata"

  @op:cinder.volumes.summary
  Scenario: Before 3.12 there is none
    Given block storage microversion 3.11
    When I try to send GET "volumes/summary" to Cinder
    Then it is refused as not found

  # Filters by likeness are configured; by default there are none.
  @op:cinder.volumes.list @op:cinder.snapshots.list @op:cinder.backups.list
  Scenario Outline: No <what> by what their names are like
    Given block storage microversion 3.34
    When I try to send GET "<what>?name~=as" to Cinder
    Then it is refused as a bad request, saying "Invalid filters name~ are found in query options."

    Examples:
      | what      |
      | volumes   |
      | snapshots |
      | backups   |

  @op:cinder.volumes.list @op:cinder.snapshots.list @op:cinder.backups.list
  Scenario Outline: Before 3.45 <what> are not counted
    Given block storage microversion 3.44
    When I try to send GET "<what>?with_count=true" to Cinder
    Then it is refused as a bad request, saying "Invalid filters with_count are found in query options."

    Examples:
      | what      |
      | volumes   |
      | snapshots |
      | backups   |

  @op:cinder.snapshots.list @op:cinder.backups.list
  Scenario Outline: <What> are counted
    Given block storage microversion 3.45
    And an available volume "boot" of 1 GiB
    And I create "monday" by POST "<what>" to Cinder:
      """
      {"<one>": {"volume_id": "{boot}", "name": "{name:monday}"}}
      """
    And the <one> "monday" becomes "available"
    When I send GET "<what>?volume_id={boot}&with_count=true" to Cinder
    Then the answer says:
      | <what>.0.id | {monday} |
      | count       | 1        |

    Examples:
      | What      | what      | one      |
      | Snapshots | snapshots | snapshot |
      | Backups   | backups   | backup   |

  @op:cinder.snapshots.list
  Scenario Outline: Snapshots by <what>
    Given block storage microversion 3.70
    And an available volume "boot" of 1 GiB
    And I create "monday" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}", "name": "{name:monday}", "metadata": {"day": "1"}}}
      """
    And I create "tuesday" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}", "name": "{name:tuesday}", "metadata": {"day": "2"}}}
      """
    And the snapshot "monday" becomes "available"
    And the snapshot "tuesday" becomes "available"
    When I send GET "snapshots?volume_id={boot}&<query>" to Cinder
    Then the answer says:
      | snapshots.0.id | <first>  |
      | snapshots.1.id | <second> |

    Examples:
      | what                     | query                                | first     | second          |
      | name                     | sort=name:asc                        | {monday}  | {tuesday}       |
      | size, then name          | sort=volume_size:asc,name:desc       | {tuesday} | {monday}        |
      | status and name          | status=available&sort=name:desc      | {tuesday} | {monday}        |
      | metadata                 | metadata={'day':'2'}                 | {tuesday} | (no such field) |
      | place                    | sort=name:asc&offset=1               | {tuesday} | (no such field) |
      | marker                   | sort=name:asc&marker={monday}        | {tuesday} | (no such field) |
