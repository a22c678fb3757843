// SPDX-License-Identifier: Apache-2.0
/* naive.c: the straightforward C evaluator, as a peer: jsmn at load time, then a linear scan over all
 * statements with an iterative wildcard matcher for every request. No index, no LMDB.
 *   cc -O2 -o naive naive.c ; ./naive WLDIR      (worker protocol, see ../README.md)
 *   ./naive WLDIR count N   evaluates N decisions and exits (for callgrind)                       */
#define _GNU_SOURCE
#define JSMN_PARENT_LINKS
#define JSMN_STRICT
#include <jsmn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <arpa/inet.h>
#include <unistd.h>

typedef struct { const char *s; int n; } str;
typedef struct { str *v; int n; } list;
typedef struct { str key; list val; } kv;
typedef struct { int op; kv *k; } cond;
enum { C_EQ, C_LIKE, C_IP };
typedef struct { int deny, notact, notres, anyprin; list act, res, prin; cond *c; int nc; } stmt;
typedef struct { int allow; str prin, act, res; struct { str k, v; } ctx[16]; int nctx; } req;

static char *J; static jsmntok_t *T;
static str S(int i) { str r = { J + T[i].start, T[i].end - T[i].start }; return r; }
static int skip(int i) { int e = T[i].end, n = 1; while (T[i + n].start >= 0 && T[i + n].start < e && T[i + n].type) n++; return n; }
static int eq(str a, const char *b) { return a.n == (int)strlen(b) && !memcmp(a.s, b, a.n); }
static list L(int i) {
  list l; int k;
  if (T[i].type == JSMN_ARRAY) { l.n = T[i].size; l.v = malloc(sizeof(str) * (l.n + 1)); for (k = 0; k < l.n; k++) l.v[k] = S(i + 1 + k); }
  else { l.n = 1; l.v = malloc(sizeof(str)); l.v[0] = S(i); }
  return l;
}
static inline int lo(int c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }
static int wild(str p, str t, int ci) {              /* iterative, one backtrack point */
  int i = 0, j = 0, star = -1, mark = 0;
  while (j < t.n) {
    if (i < p.n && p.s[i] == '*') { star = i++; mark = j; }
    else if (i < p.n && (p.s[i] == '?' || p.s[i] == t.s[j] || (ci && lo(p.s[i]) == lo(t.s[j])))) i++, j++;
    else if (star >= 0) { i = star + 1; j = ++mark; }
    else return 0;
  }
  while (i < p.n && p.s[i] == '*') i++;
  return i == p.n;
}
static int any(list l, str t, int ci) { for (int i = 0; i < l.n; i++) if (wild(l.v[i], t, ci)) return 1; return 0; }

static stmt *st; static int nst; static req *rq; static int nrq;
static void statement(int i) {
  stmt *s = &st[nst++]; memset(s, 0, sizeof *s);
  for (int k = i + 1, m = 0; m < T[i].size; m++, k += 1 + skip(k + 1)) {
    str key = S(k); int v = k + 1;
    if (eq(key, "Effect")) s->deny = eq(S(v), "Deny");
    else if (eq(key, "Action")) s->act = L(v);
    else if (eq(key, "NotAction")) s->act = L(v), s->notact = 1;
    else if (eq(key, "Resource")) s->res = L(v);
    else if (eq(key, "NotResource")) s->res = L(v), s->notres = 1;
    else if (eq(key, "Principal")) { if (T[v].type == JSMN_OBJECT) s->prin = L(v + 2); else s->anyprin = 1; }
    else if (eq(key, "Condition")) {
      s->c = malloc(sizeof(cond) * 16);
      for (int a = v + 1, x = 0; x < T[v].size; x++, a += 1 + skip(a + 1))
        for (int b = a + 2, y = 0; y < T[a + 1].size; y++, b += 1 + skip(b + 1)) {
          cond *c = &s->c[s->nc++]; str o = S(a);
          c->op = eq(o, "IpAddress") ? C_IP : eq(o, "StringLike") || eq(o, "ArnLike") ? C_LIKE : C_EQ;
          c->k = malloc(sizeof(kv)); c->k->key = S(b); c->k->val = L(b + 1);
        }
    }
  }
}
static void statements(int v) {
  if (T[v].type == JSMN_OBJECT) statement(v);
  else for (int k = v + 1, m = 0; m < T[v].size; m++, k += skip(k)) statement(k);
}
static char *slurp(const char *d, const char *f, size_t *n) {
  char p[4096]; snprintf(p, sizeof p, "%s/%s", d, f); FILE *h = fopen(p, "rb"); if (!h) { perror(p); exit(1); }
  fseek(h, 0, SEEK_END); *n = ftell(h); rewind(h); char *b = malloc(*n + 1); if (fread(b, 1, *n, h) != *n) exit(1); b[*n] = 0; fclose(h); return b;
}
static int ipm(str v, str x) {
  char a[64], b[64]; int bits = 32; snprintf(a, 64, "%.*s", v.n, v.s); snprintf(b, 64, "%.*s", x.n, x.s);
  char *sl = strchr(b, '/'); if (sl) *sl = 0, bits = atoi(sl + 1);
  struct in_addr p, q; if (!inet_aton(a, &p) || !inet_aton(b, &q)) return 0;
  return !bits || (ntohl(p.s_addr) ^ ntohl(q.s_addr)) >> (32 - bits) == 0;
}
static int conds(stmt *s, req *r) {
  for (int i = 0; i < s->nc; i++) {
    kv *k = s->c[i].k; str *v = 0; int ok = 0;
    for (int j = 0; j < r->nctx; j++) if (r->ctx[j].k.n == k->key.n && !strncasecmp(r->ctx[j].k.s, k->key.s, k->key.n)) { v = &r->ctx[j].v; break; }
    if (!v) return 0;
    for (int j = 0; j < k->val.n && !ok; j++) { str x = k->val.v[j];
      ok = s->c[i].op == C_EQ ? x.n == v->n && !memcmp(x.s, v->s, x.n) : s->c[i].op == C_LIKE ? wild(x, *v, 0) : ipm(*v, x); }
    if (!ok) return 0;
  }
  return 1;
}
static int decide(req *r) {
  int allow = 0;
  for (int i = 0; i < nst; i++) {
    stmt *s = &st[i];
    if (allow && !s->deny) continue;
    if (s->prin.n && !any(s->prin, r->prin, 0)) continue;
    if (any(s->act, r->act, 1) == s->notact) continue;
    if (any(s->res, r->res, 0) == s->notres) continue;
    if (!conds(s, r)) continue;
    if (s->deny) return 0;
    allow = 1;
  }
  return allow;
}
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1e9 + t.tv_nsec; }
int main(int ac, char **av) {
  size_t n; char *tsv = slurp(av[1], "requests.tsv", &n);
  for (size_t i = 0; i < n; i++) nrq += tsv[i] == '\n';
  rq = calloc(nrq, sizeof *rq);
  char *p = tsv;
  for (int i = 0; i < nrq; i++) {
    char *e = strchr(p, '\n'); *e = 0; char *f[5]; for (int k = 0; k < 5; k++) f[k] = strsep(&p, "\t");
    req *r = &rq[i]; r->allow = !strcmp(f[0], "allow");
    r->prin = (str){ f[1], strlen(f[1]) }; r->act = (str){ f[2], strlen(f[2]) }; r->res = (str){ f[3], strlen(f[3]) };
    for (char *c; (c = strsep(&f[4], ";"));) { char *q = strchr(c, '='); r->ctx[r->nctx].k = (str){ c, q - c }; r->ctx[r->nctx++].v = (str){ q + 1, strlen(q + 1) }; }
    p = e + 1;
  }
  double t0 = now();
  J = slurp(av[1], "policies.json", &n);
  jsmn_parser ps; jsmn_init(&ps); int nt = jsmn_parse(&ps, J, n, 0, 0);
  T = calloc(nt + 2, sizeof *T); jsmn_init(&ps); if (jsmn_parse(&ps, J, n, T, nt) != nt) return 1;
  T[nt].start = -1; st = malloc(sizeof(stmt) * (nt / 4 + 4));
  for (int k = 1, m = 0; m < T[0].size; m++, k += 1 + skip(k + 1)) {
    if (eq(S(k), "identity")) for (int d = k + 2, x = 0; x < T[k + 1].size; x++, d += skip(d)) {
      int pol = d + 4;                                 /* {name, policy} in that order */
      for (int a = pol + 1, y = 0; y < T[pol].size; y++, a += 1 + skip(a + 1)) if (eq(S(a), "Statement")) statements(a + 1); }
    if (eq(S(k), "resource") && T[k + 1].type == JSMN_OBJECT) { int pol = k + 5;
      for (int a = pol + 1, y = 0; y < T[pol].size; y++, a += 1 + skip(a + 1)) if (eq(S(a), "Statement")) statements(a + 1); }
  }
  double t1 = now(); int bad = 0;
  if (ac > 3) { long c = atol(av[3]), x = 0; for (long i = 0; i < c; i++) x += decide(&rq[i % nrq]); printf("%ld\n", x); return 0; }
  for (int i = 0; i < nrq; i++) bad += decide(&rq[i]) != rq[i].allow;
  printf("READY naive-c checked=%d mismatches=%d load_ms=%.3f statements=%d\n", nrq, bad, (t1 - t0) / 1e6, nst); fflush(stdout);
  char line[64]; int cur = 0; volatile int sink = 0;
  while (fgets(line, sizeof line, stdin) && !strncmp(line, "batch ", 6)) {
    double ms = atof(line + 6), s = now(), e; long ops = 0, ok = 0;
    do { for (int k = 0; k < 100; k++) { ok += decide(&rq[cur]); if (++cur == nrq) cur = 0; } ops += 100; } while ((e = now()) - s < ms * 1e6);
    sink += ok; printf("%ld %.0f %ld\n", ops, e - s, ok); fflush(stdout);
  }
  return 0;
}
