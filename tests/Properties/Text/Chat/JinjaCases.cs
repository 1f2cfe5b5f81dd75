namespace Floe.Tests.Properties.Text.Chat;

/// <summary>Templates and what Jinja 3.1.6 prints with the settings of transformers for the variables of <see cref="JinjaLaws"/>; null for
/// an error.</summary>
internal static class JinjaCases
{
    public static readonly (string Template, string? Printed)[] All =
    [
        (
            "{{ s|trim }}|{{ s.strip() }}|{{ s.lstrip() }}|{{ s.rstrip() }}",
            "Hello World foo|Hello World foo|Hello World foo  |  Hello World foo"),
        ("{% for x in l %}{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}", "3, 1, 2"),
        ("  {% if t %}\n yes\n  {% else %}\n no\n  {% endif %}\nend", " yes\nend"),
        ("a {%- if t -%}  b  {%- endif -%} c", "abc"),
        ("{%+ if t %} x {%+ endif %}\ny", " x y"),
        ("{# comment #}\nx{#- c -#}  y", "xy"),
        (
            "{% set ns = namespace(i=0, found=false) %}{% for m in messages %}{% set ns.i = n"
            + "s.i + loop.index %}{% endfor %}{{ ns.i }}{{ ns.found }}",
            "3False"),
        (
            "{{ d|tojson }}\n{{ d|tojson(indent=2) }}\n{{ d }}",
            "{\"a\": 1, \"b\": [1, 2.0, null, true], \"c\": {\"x\": \"y\"}}\n{\n  \"a\": 1,\n  \"b\": [\n    1,"
            + "\n    2.0,\n    null,\n    true\n  ],\n  \"c\": {\n    \"x\": \"y\"\n  }\n}\n{'a': 1, 'b': [1, "
            + "2.0, None, True], 'c': {'x': 'y'}}"),
        (
            "{{ messages|tojson }} {{ messages }}",
            "[{\"role\": \"user\", \"content\": \"Hi <b> \\\"q\\\" \u00e9 \U0001f600\\n\"}, {\"role\": \"assistant\", \"conte"
            + "nt\": \" Yo\\t\"}] [{'role': 'user', 'content': 'Hi <b> \"q\" \u00e9 \U0001f600\\n'}, {'role': 'assis"
            + "tant', 'content': ' Yo\\t'}]"),
        (
            "{{ messages[0].content }}{{ messages[-1]['role'] }}{{ messages[1:]|length }}{{ m"
            + "essages[::-1][0].role }}",
            "Hi <b> \"q\" \u00e9 \U0001f600\nassistant1assistant"),
        (
            "{{ 7//2 }} {{ -7//2 }} {{ -7%3 }} {{ 7/2 }} {{ 6/2 }} {{ 2**10 }} {{ 2**-1 }} {{"
            + " 7.5//2 }} {{ big*big }}",
            "3 -4 2 3.5 3.0 1024 0.5 3.0 1524157875323883675049535156253619878750190519987501"
            + "9052100"),
        ("{{ -2**2 }} {{ 1 + 2 * 3 - 4 }} {{ \"a\" ~ 1 ~ none ~ true }} {{ 'x' * 3 }} {{ [1]*2 }}", "4 3 a1NoneTrue xxx [1, 1]"),
        (
            "{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 'a' in 'abc' }} {{ 1 not in l }} {{ 'a' in d "
            + "}} {{ not 1 in l }}",
            "True False True False True False"),
        (
            "{{ undefinedvar }}|{{ undefinedvar is defined }}|{{ undefinedvar|default('x') }}"
            + "|{{ e|default('x', true) }}|{{ e or 'y' }}|{{ no or 'z' }}",
            "|False|x|x|y|z"),
        ("{{ undefinedvar.foo }}", null),
        ("{{ d.zzz }}|{{ d.zzz is defined }}|{{ d['zzz'] is undefined }}", "|False|True"),
        ("{{ d.zzz.q }}", null),
        ("{{ no + 'a' }}", null),
        ("{{ 'a' + 1 }}", null),
        ("{{ 'a' if t }}|{{ 'a' if not t }}|{{ 'a' if not t else 'b' if t else 'c' }}", "a||b"),
        (
            "{{ l|sort }} {{ l|sort(reverse=true) }} {{ ls|sort }} {{ ls|sort(case_sensitive="
            + "true) }} {{ ls|join('-') }} {{ l|first }} {{ l|last }} {{ l|sum }} {{ l|max }} {"
            + "{ l|min }}",
            "[1, 2, 3] [3, 2, 1] ['A', 'b', 'c'] ['A', 'b', 'c'] b-A-c 3 2 6 3 1"),
        (
            "{{ m|map(attribute='a')|list }} {{ m|map(attribute='b', default='q')|join(',') }"
            + "} {{ m|selectattr('b')|list|length }} {{ m|selectattr('a','gt',1)|map(attribute="
            + "'a')|list }} {{ m|rejectattr('b','defined')|list }}",
            "[1, 3, 2] x,y,q 2 [3, 2] [{'a': 2}]"),
        (
            "{{ ls|map('upper')|list }} {{ l|select('odd')|list }} {{ l|reject('equalto', 3)|"
            + "list }} {{ l|reverse|list }} {{ s|reverse }} {{ ls|unique|list }}",
            "['B', 'A', 'C'] [3, 1] [1, 2] [2, 1, 3]   oof dlroW olleH   ['b', 'A', 'c']"),
        (
            "{{ s.split() }} {{ s.split(' ') }} {{ 'a,b,c'.split(',', 1) }} {{ 'a,b,c'.rsplit"
            + "(',', 1) }} {{ 'a b  c'.split(None,1) }} {{ ml.splitlines() }}",
            "['Hello', 'World', 'foo'] ['', '', 'Hello', 'World', 'foo', '', ''] ['a', 'b,c']"
            + " ['a,b', 'c'] ['a', 'b  c'] ['a', ' b', '', 'c']"),
        (
            "{{ s.replace('o','0') }} {{ s|replace('o','0') }} {{ s.replace('o','0',1) }} {{ "
            + "s|upper }} {{ s|title }} {{ s|capitalize }} {{ s|lower }} {{ s.title() }}",
            "  Hell0 W0rld f00     Hell0 W0rld f00     Hell0 World foo     HELLO WORLD FOO   "
            + "  Hello World Foo     hello world foo     hello world foo     Hello World Foo  "),
        (
            "{{ 'abc'.startswith('a') }} {{ 'abc'.endswith(('x','c')) }} {{ 'abc'.find('c') }"
            + "} {{ 'abc'.find('z') }} {{ 'aXb'.isupper() }} {{ '12'.isdigit() }}",
            "True True 2 -1 False True"),
        (
            "{{ d.items()|list }} {{ d.keys()|list }} {{ d.values()|list }} {{ d.get('a') }} "
            + "{{ d.get('q') }} {{ d.get('q', 9) }}",
            "[('a', 1), ('b', [1, 2.0, None, True]), ('c', {'x': 'y'})] ['a', 'b', 'c'] [1, ["
            + "1, 2.0, None, True], {'x': 'y'}] 1 None 9"),
        (
            "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}{% for k, v in d|items %}"
            + "{{ k }}{% endfor %}{{ d|dictsort }}",
            "a=1;b=[1, 2.0, None, True];c={'x': 'y'};abc[('a', 1), ('b', [1, 2.0, None, True]"
            + "), ('c', {'x': 'y'})]"),
        ("{% for x in [] %}a{% else %}empty{% endfor %}{% for x in undefinedvar %}a{% else %}u{% endfor %}", "emptyu"),
        (
            "{% for x in l if x > 1 %}{{ loop.index }}:{{ x }} {{ loop.length }}{{ loop.first"
            + " }}{{ loop.revindex }} {% endfor %}",
            "1:3 2True2 2:2 2False1 "),
        ("{% for x in l %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% if x == 2 %}{% break %}{% endif %}{% endfor %}", "32"),
        ("{% set x = 1 %}{% for i in l %}{% set x = x + i %}{{ x }} {% endfor %}{{ x }}", "4 2 3 1"),
        ("{% set x %}abc {{ n }}{% endset %}{{ x|length }}[{{ x }}]{% set y | upper %}def{% endset %}{{ y }}", "5[abc 5]DEF"),
        (
            "{% macro f(a, b=2) %}<{{ a }}-{{ b }}>{% endmacro %}{{ f(1) }}{{ f(1, b=3) }}{{ "
            + "f() }}{% set q = f('z') %}{{ q|length }}",
            "<1-2><1-3><-2>5"),
        ("{% generation %}abc{% endgeneration %}", "abc"),
        ("{% raw %}{{ x }} {% if %}{% endraw %}z", "{{ x }} {% if %}z"),
        ("{{ raise_exception('boo') }}", null),
        ("{{ strftime_now('%d %b %Y %H:%M %A %-d %j %p %%') }}", "26 Jul 2024 12:00 Friday 26 208 PM %"),
        (
            "{{ range(3)|list }} {{ range(1,10,3)|list }} {{ range(5,0,-2)|list }} {{ dict(a="
            + "1) }}",
            "[0, 1, 2] [1, 4, 7] [5, 3, 1] {'a': 1}"),
        (
            "{{ 'x' is string }} {{ 1 is number }} {{ 1.5 is float }} {{ 1 is integer }} {{ t"
            + " is boolean }} {{ d is mapping }} {{ l is iterable }} {{ l is sequence }} {{ no "
            + "is none }} {{ 4 is even }} {{ 4 is divisibleby 2 }} {{ 4 is divisibleby(3) }} {{"
            + " 'a' is in ['a'] }} {{ t is true }} {{ 1 is true }}",
            "True True True True True True True True True True True False True True False"),
        (
            "{{ emo|length }} {{ emo[1] }} {{ emo[::-1] }} {{ emo[1:] }} {{ emo.find('b') }} "
            + "{{ emo|list }}",
            "3 \U0001f600 b\U0001f600a \U0001f600b 2 ['a', '\U0001f600', 'b']"),
        (
            "{{ f }} {{ 1e20 }} {{ 1.0 }} {{ 1e-7 }} {{ 123456789.125 }} {{ 0.1 + 0.2 }} {{ 1"
            + "e16 }} {{ f|int }} {{ '12'|int }} {{ 'x'|int(3) }} {{ '2.5'|float }} {{ f|round "
            + "}} {{ 3.14159|round(2) }} {{ neg|abs }}",
            "2.5 1e+20 1.0 1e-07 123456789.125 0.30000000000000004 1e+16 2 12 3 2.5 2.0 3.14 "
            + "7"),
        (
            "{{ ['a', \"it's\", 'q\"q', 'b\\\\n', 'tab\\t', none, 1.5, true, (1,), (1,2), {}] }}",
            "['a', \"it's\", 'q\"q', 'b\\\\n', 'tab\\t', None, 1.5, True, (1,), (1, 2), {}]"),
        ("{{ \"a\\n\\t\\\"\\\\ \\u00e9 \\x41 \\q\" }} {{ 'it''s' }} {{ \"a\" \"b\" }}", "a\n\t\"\\ \u00e9 A \\q its ab"),
        (
            "{{ ml|indent }}|{{ ml|indent(2, true) }}|{{ ml|indent(2, first=true, blank=true)"
            + " }}",
            "a\n     b\n\n    c|  a\n   b\n\n  c|  a\n   b\n  \n  c"),
        (
            "{{ {'a': 1, 'b': {'c': [1,2]}}.b.c[1] }} {{ [1,2,3][-1] }} {{ (1,2) }} {{ 'abc'["
            + "1] }} {{ l[5] }} {{ l[5] is defined }}",
            "2 3 (1, 2) b  False"),
        (
            "{{ messages|selectattr('role','equalto','user')|list|length }} {{ messages|map(a"
            + "ttribute='role')|unique|join }}",
            "1 userassistant"),
        (
            "{% if messages[0].role == 'user' and not (messages[0].tool_calls is defined and "
            + "messages[0].tool_calls) or false %}ok{% elif n %}b{% endif %}",
            "ok"),
        (
            "{%- for message in messages %}\n    {{- '<' + message.role + '>' }}\n    {{- messa"
            + "ge.content | trim }}\n{%- endfor %}",
            "<user>Hi <b> \"q\" \u00e9 \U0001f600<assistant>Yo"),
        ("line1\n    {% set a = 1 %}\nline2 {% set b = 2 %}\nline3\n  {{ a }}\n  {%- set c = 3 %}\n  x", "line1\nline2 line3\n  1  x"),
        (
            "{{ 1 if undefinedvar else 2 }} {{ undefinedvar == undefinedvar }} {{ undefinedva"
            + "r == none }} {{ none == false }} {{ 1 == true }} {{ 1 == 1.0 }} {{ [1] == [1] }}"
            + " {{ {'a':1} == {'a':1.0} }}",
            "2 True False False True True True True"),
        ("{{ 'b' > 'a' }} {{ 1 > 'a' }}", null),
        ("{{ loop }}", ""),
        (
            "{% for a in l %}{% for b in ls %}{{ loop.index }}{{ loop.depth }}{% endfor %}{{ "
            + "loop.cycle('x','y') }}{{ loop.previtem }}{{ loop.nextitem }}{% endfor %}",
            "112131x1112131y32112131x1"),
        ("{{ n is not none and n is number }} {{ not n is none }} {{ (n is string) == false }}", "True True True"),
        (
            "{{ {\"a\":1}|tojson(separators=(',',':')) }} {{ [1,{\"b\":[]}]|tojson(indent=1) }} {"
            + "{ '\u00e9\"<\\x01'|tojson }} {{ 1.0|tojson }} {{ {'b':1,'a':2}|tojson(sort_keys=true) }"
            + "}",
            "{\"a\":1} [\n 1,\n {\n  \"b\": []\n }\n] \"\u00e9\\\"<\\u0001\" 1.0 {\"a\": 2, \"b\": 1}"),
        ("{{ items }} {{ d.items is defined }} {{ 'x'.upper() | lower }}", "[1] True x"),
        ("{{ l.append(1) }}", null),
        ("{% set (a, b) = (1, 2) %}{{ a }}{{ b }}{% set a, b = b, a %}{{ a }}{{ b }}", "1221"),
        ("{% if true %}{% endif %", null),
        ("{% for x in 5 %}{% endfor %}", null),
        ("{{ 1/0 }}", null),
        ("{{ messages[5].role }}", null),
        ("{{ messages.role }}|{{ s.foo }}", "|"),
        ("{{ 'abc' | length - 1 }} {{ l | length > 2 and 'big' or 'small' }} {{ -n }} {{ +n }} {{ - n | abs }}", "2 big -5 5 5"),
        ("{{ n.x is defined }} {{ none.x is defined }} {{ no.x }}|", "False False |"),
        (
            "{{ 'a b'.split(' ')[-1] }}{{ '</think>'.join(['a','b']) }}{{ 'x</think>y'.split("
            + "'</think>')|last }}{{ ('x</think>y'.split('</think>')|first) }}",
            "ba</think>byx"),
        ("{{ s is defined and s }}{{ [] or {} }}{{ [] and 1 }}{{ 0 or none }}", "  Hello World foo  {}[]None"),
        ("{% if a is defined %}{% else %}undefined{% endif %}{{ true }}{{ True }}{{ none }}{{ None }}", "undefinedTrueTrueNoneNone"),
        (
            "{{ 'abc'.removeprefix('a') }}{{ 'abc'.removesuffix('c') }}{{ 'aXc'.lower() }}{{ "
            + "'a\\tb'.split() }}{{ 'abcabc'.count('bc') }}{{ 'abc'.index('c') }}",
            "bcabaxc['a', 'b']22"),
        ("{{ 5 | string ~ 'x' }}{{ [1,2] | string }}{{ none | string }}", "5x[1, 2]None"),
        (
            "{%- set loop_messages = messages -%}\n{%- for message in loop_messages -%}\n  {%- "
            + "set content = message.content -%}\n  {{- content | trim | replace('q', 'Q') -}}\n{"
            + "%- endfor -%}\n",
            "Hi <b> \"Q\" \u00e9 \U0001f600Yo"),
    ];
}
